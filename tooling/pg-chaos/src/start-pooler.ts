/**
 * Starts PgBouncer in front of a tests' server, in transaction mode: each transaction gets a connection to the server of
 * its own, which is closed behind it. It listens on a Unix socket in a temporary folder and on no port, and ends, with
 * its folder, when its input does: however this process ends. It refuses to run as root, so then it runs as uid 65534.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { Client } from "pg";

const readyMs = 15_000;
const askAgainMs = 20;
const nobody = 65_534;
/** Of Debian and others; npm has none. */
const program = "pgbouncer";

export interface PoolerOptions {
  /** Connections to the server at a time. @default 8 */
  readonly poolSize?: number;
  /** Settings at the start of a connection that it takes and forgets; others it refuses. @default [] */
  readonly ignored?: readonly string[];
}

export interface Pooler extends AsyncDisposable {
  /** The URL of the server's database behind it. */
  readonly url: string;
}

/** Why there is no pooler here, or undefined where there is. */
export function missingPooler(): string | undefined {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "there is no pgbouncer";
  }
}

const wrapper = `
  folder="$1"; shift
  "$@" > /dev/null 2>&1 &
  pooler=$!
  cat > /dev/null
  kill -TERM "$pooler"
  wait "$pooler"
  rm -rf "$folder"`;

export async function startPooler(serverUrl: string, options: PoolerOptions = {}): Promise<Pooler> {
  const folder = await mkdtemp("/tmp/holdfast-pooler-");
  const owner = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : undefined;
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
  const file = path.join(folder, "pgbouncer.ini");
  await writeFile(file, configuration(folder, serverUrl, options));
  const shell = spawn("/bin/sh", ["-c", wrapper, "pooler", folder, program, file], {
    ...owner,
    cwd: folder,
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const url = new URL(serverUrl);
  url.port = port;
  url.searchParams.set("host", folder);
  const ended = once(shell, "exit");
  const stop = async (): Promise<void> => {
    shell.stdin.end();
    await ended;
  };
  await untilReady(url.href, folder).catch(async (thrown: unknown) => {
    await stop();
    throw thrown;
  });
  return { url: url.href, [Symbol.asyncDispose]: stop };
}

const port = "6432";

function configuration(folder: string, serverUrl: string, { poolSize = 8, ignored = [] }: PoolerOptions): string {
  const server = new URL(serverUrl).searchParams.get("host") ?? "";
  const settings = {
    listen_addr: "",
    listen_port: port,
    unix_socket_dir: folder,
    logfile: path.join(folder, "log"),
    auth_type: "any",
    pool_mode: "transaction",
    default_pool_size: String(poolSize),
    // A connection is used once and closed.
    server_lifetime: "0",
    max_client_conn: "500",
    ...(ignored.length === 0 ? {} : { ignore_startup_parameters: ignored.join(",") }),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return ["[databases]", `* = host=${server} port=5432 user=postgres`, "[pgbouncer]", ...lines, ""].join("\n");
}

async function untilReady(url: string, folder: string): Promise<void> {
  for (const deadline = Date.now() + readyMs; ; await delay(askAgainMs)) {
    const client = new Client({ connectionString: url });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.query("select 1");
      return await client.end();
    } catch (cause) {
      if (Date.now() < deadline) continue;
      const said = await readFile(path.join(folder, "log"), "utf8").catch(() => "nothing");
      throw new Error(`PgBouncer did not start; it said:\n${said}`, { cause });
    }
  }
}
