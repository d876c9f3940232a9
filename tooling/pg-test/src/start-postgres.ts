/**
 * Starts a real Postgres server for tests, from the binaries that npm installed: nothing on the system is needed and
 * nothing is left behind.
 *
 * - It listens on a Unix socket in a temporary folder and on no port, so any number can run side by side; on a free port
 *   of the loopback address too where a test asks for it.
 * - Started by root it runs as uid 65534, since Postgres refuses root. A user without an entry in the system's user
 *   list (some rootless containers) cannot start it.
 * - By default nothing is synced: it is fast, and a power cut would ruin it. Crash tests pass `fsync: true`.
 *   Such a server also looks for deadlocks after 50 ms and not after a second, and its data stands in memory where the
 *   system has a file system for that with room: the files of a new schema's tables cost more than all else there.
 * - Its default collation is English, not byte order, so a query that forgets to state its order shows in tests.
 * - A guard process removes server and folder however this process ends, `kill -9` included.
 * - Windows is not supported.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chown, mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { copyServer, followingSettings } from "./copy-server.ts";
import { findBinaries, type Owner } from "./find-binaries.ts";
import { freePort } from "./free-port.ts";
import { type Ending, ServerProcess } from "./server-process.ts";

const run = promisify(execFile);

export interface PostgresOptions {
  /** Whether commits reach the disk before they are confirmed. @default false */
  readonly fsync?: boolean;
  /** Server settings by name, such as `{ max_connections: "20" }`; they win over the harness's own. @default {} */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whether it also listens on 127.0.0.1. @default false */
  readonly tcp?: boolean;
  /** Files to put where the server keeps its own, by name: `pg_hba.conf`, `standby.signal`. @default {} */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Makes it a standby: a copy of this server, which must be running, that follows it and takes no writes until it is
   * promoted by `pg_promote`. @default a server of its own
   */
  readonly standbyOf?: PostgresServer;
  /**
   * The words of a command that starts the server, such as one that puts it into a network of its own. It is run as this
   * process is and must end up as the server itself, as the server's own user. @default none
   */
  readonly through?: readonly string[];
}

export interface PostgresServer extends AsyncDisposable {
  /** The URL of the database `postgres`, as a superuser; it names the socket's folder in `?host=`. */
  readonly url: string;
  /** The port on 127.0.0.1; 5432, the socket's, where it does not listen there. */
  readonly port: number;
  /** Where the server keeps its files, as an absolute path. */
  readonly dataDirectory: string;
  /** The number of its first process, another one after each start; undefined while it is down. */
  readonly pid: number | undefined;
  /** Ends the server and leaves its files; `start` brings it back. Nothing happens where it is down. */
  halt(how: Ending): Promise<void>;
  /** Starts a halted server again and waits until it takes connections. */
  start(): Promise<void>;
  /** Disconnects every client, stops the server and deletes its files. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts a server and waits until it takes connections, which takes one to four seconds. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const folder = await mkdtemp(path.join(temporaryFolder(), "holdfast-pg-"));
  const dataFolder = options.fsync === true ? folder : await folderForData(folder);
  const dataDirectory = path.join(dataFolder, "data");
  const guard = spawnGuard(folder, dataFolder);
  let server: ServerProcess | undefined;
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= shutDown(server, [folder, dataFolder]).finally(() => guard.stdin?.end()));
  const port = options.tcp === true ? await freePort() : socketPort;
  try {
    const owner = await handOver([folder, dataFolder]);
    const { initdb, postgres } = await findBinaries(folder, owner);
    const surroundings = { ...owner, cwd: folder, env: { LC_ALL: "C", PATH: process.env["PATH"] } };
    const { standbyOf, files, through = [] } = options;
    if (standbyOf === undefined) await run(initdb, ["-D", dataDirectory, ...initialization], surroundings);
    const copied = standbyOf === undefined ? {} : await copyServer(standbyOf, dataDirectory, owner);
    await putFiles(dataDirectory, { ...copied, ...files }, owner);
    server = new ServerProcess({
      command: [...through, postgres, "-D", dataDirectory, "-k", folder, ...serverArguments(options, port)],
      surroundings: through.length === 0 ? surroundings : { ...surroundings, uid: undefined, gid: undefined },
      dataDirectory,
      log: path.join(folder, "log"),
    });
    await server.start();
  } catch (cause) {
    await stop();
    throw new Error(`Postgres did not start: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const parameters = new URLSearchParams({ host: folder, ...(port === socketPort ? {} : { port: String(port) }) });
  const url = `postgres://postgres@localhost/postgres?${parameters.toString()}`;
  return runningServer(server, { url, port, dataDirectory, stop });
}

function runningServer(
  server: ServerProcess,
  { stop, ...place }: Pick<PostgresServer, "url" | "port" | "dataDirectory" | "stop">,
): PostgresServer {
  return {
    ...place,
    get pid() {
      return server.pid;
    },
    halt: (how) => server.end(how),
    start: () => server.start(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const socketPort = 5432;

const initialization = [
  "--username=postgres",
  "--auth=trust",
  "--no-sync",
  "--encoding=UTF8",
  "--locale=C",
  "--locale-provider=icu",
  "--icu-locale=en",
];

/** Many writers in random order deadlock often; a second for each, which is Postgres' own default, is a test's whole time. */
const impatient = { deadlock_timeout: "50ms" };

function serverArguments(options: PostgresOptions, port: number): string[] {
  const unsafe = options.fsync
    ? {}
    : { fsync: "off", synchronous_commit: "off", full_page_writes: "off", ...impatient };
  const listening = { listen_addresses: options.tcp === true ? "127.0.0.1" : "", port: String(port) };
  const following = options.standbyOf === undefined ? {} : followingSettings(options.standbyOf);
  const settings = { ...listening, max_connections: "200", ...unsafe, ...following, ...options.settings };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** A socket's path may have about a hundred bytes, which leaves seventy for the folder that ours lies in. */
function temporaryFolder(): string {
  if (process.platform === "win32") throw new Error("the Postgres test server does not support Windows");
  return tmpdir().length <= 70 ? tmpdir() : "/tmp";
}

/** A folder in memory, or the one given where the system has none, or too little room in it. */
async function folderForData(otherwise: string): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(memoryMount);
    if (bavail * bsize < memoryLeast) return otherwise;
    return await mkdtemp(path.join(memoryMount, "holdfast-pg-"));
  } catch {
    return otherwise;
  }
}

const memoryMount = "/dev/shm";
const memoryLeast = 4 * 1024 ** 3;

async function handOver(folders: readonly string[]): Promise<Owner> {
  if (process.getuid?.() !== 0) return {};
  const owner = { uid: 65534, gid: 65534 };
  for (const folder of folders) await chown(folder, owner.uid, owner.gid);
  return owner;
}

async function putFiles(folder: string, files: Readonly<Record<string, string>>, owner: Owner): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await writeFile(file, text, { mode: 0o600 });
    if (owner.uid !== undefined && owner.gid !== undefined) await chown(file, owner.uid, owner.gid);
  }
}

/** Waits for its standard input to close, which the system sees to when this process is gone, and then cleans up. */
function spawnGuard(folder: string, dataFolder: string): ChildProcess {
  const script = `
    cat > /dev/null
    pid_file="$2/data/postmaster.pid"
    [ -e "$pid_file" ] && kill -QUIT "$(head -n 1 "$pid_file")"
    tries=0
    while [ -e "$pid_file" ] && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
    rm -rf "$1" "$2"`;
  const guard = spawn("/bin/sh", ["-c", script, "guard", folder, dataFolder], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
  return guard;
}

async function shutDown(server: ServerProcess | undefined, folders: readonly string[]): Promise<void> {
  await server?.end("fast");
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
