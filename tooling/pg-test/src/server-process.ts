/**
 * The server's first process over a data directory: started, ended in the ways that servers end, and started again. A
 * SIGKILL leaves the processes behind it to find out by themselves, which takes them a moment in which no other server
 * can use their memory; a start that is refused for this is made again.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const readyMs = 30_000;
const impatienceMs = 10_000;
const askAgainMs = 10;
/** A standby never says that it is ready. */
const readyStates: ReadonlySet<string> = new Set(["ready", "standby"]);

/**
 * How a server ends. `fast`: clients are disconnected and their transactions rolled back. `immediate`: as in a crash,
 * so the next start recovers. `killed`: its first process by SIGKILL, which the others notice.
 */
export type Ending = "fast" | "immediate" | "killed";

const signals: Readonly<Record<Ending, NodeJS.Signals>> = { fast: "SIGINT", immediate: "SIGQUIT", killed: "SIGKILL" };

interface Surroundings {
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly cwd: string;
  readonly env: object;
}

export interface ServerCommand {
  /** The program and what it is given. */
  readonly command: readonly string[];
  readonly surroundings: Surroundings;
  readonly dataDirectory: string;
  /** A file that gets what the server says. */
  readonly log: string;
}

export class ServerProcess {
  readonly #command: ServerCommand;
  #process: ChildProcess | undefined;
  /** Where in its log the latest start begins. */
  #saidBefore = 0;

  constructor(command: ServerCommand) {
    this.#command = command;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return isRunning(this.#process) ? this.#process?.pid : undefined;
  }

  /** Starts it, unless it runs, and waits until it takes connections. */
  async start(): Promise<void> {
    for (const deadline = Date.now() + readyMs; !isRunning(this.#process); await delay(askAgainMs)) {
      await this.#spawn();
      const said = await this.#untilReady(deadline);
      if (said === undefined) return;
      if (!/shared memory block|lock file .* already exists/.test(said) || Date.now() > deadline) {
        throw new Error(`the server never became ready; it said:\n${said}`);
      }
    }
  }

  /** Ends it, unless it has ended, and waits until it is gone. */
  async end(how: Ending): Promise<void> {
    const server = this.#process;
    if (server === undefined || !isRunning(server)) return;
    server.ref(); // Or the process could end before the server does.
    const exited = once(server, "exit");
    server.kill(signals[how]);
    const impatience = setTimeout(() => server.kill("SIGQUIT"), impatienceMs);
    await exited;
    clearTimeout(impatience);
  }

  async #spawn(): Promise<void> {
    const { command, surroundings, log } = this.#command;
    const [program = "", ...given] = command;
    const output = await open(log, "a");
    this.#saidBefore = (await output.stat()).size;
    try {
      this.#process = spawn(program, given, {
        ...surroundings,
        env: { ...surroundings.env },
        detached: true, // A Ctrl+C in the terminal is ours to answer, not the server's.
        stdio: ["ignore", output.fd, output.fd],
      });
      this.#process.unref();
      await once(this.#process, "spawn");
    } finally {
      await output.close();
    }
  }

  /** Undefined when it is ready; else what it said. Its state is the eighth line of its pid file, its number the first. */
  async #untilReady(deadline: number): Promise<string | undefined> {
    const { dataDirectory, log } = this.#command;
    const pidFile = path.join(dataDirectory, "postmaster.pid");
    for (; Date.now() < deadline; await delay(askAgainMs)) {
      if (!isRunning(this.#process)) break;
      const lines = (await readFile(pidFile, "utf8").catch(() => "")).split("\n");
      if (Number(lines[0]) === this.#process?.pid && readyStates.has(lines[7]?.trim() ?? "")) return undefined;
    }
    return (await readFile(log)).subarray(this.#saidBefore).toString();
  }
}

function isRunning(server: ChildProcess | undefined): boolean {
  return server !== undefined && server.exitCode === null && server.signalCode === null;
}
