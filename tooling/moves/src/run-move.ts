/**
 * Makes a move in a process of its own, and kills that by SIGKILL at one of its calls: of the system's that change files or
 * send something to a server, which the shim counts, or of the stores', which the program counts itself.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";

import { faultEnvironment, type FaultKind, type Tools } from "@holdfast-system/kills";

import type { Move } from "./move.ts";

export interface MoveTools {
  readonly tools: Tools;
  /** The shim's library. */
  readonly shim: string;
}

/** Where a process is killed: at which of its calls, counted from 1. */
export type KillPoint =
  | { readonly of: "system"; readonly at: number; readonly kind: FaultKind }
  | { readonly of: "stores"; readonly at: number };

/** The calls of a move that nobody kills. */
export interface MoveCalls {
  /** What each of the system's calls did, such as `write`. */
  readonly system: readonly string[];
  readonly stores: number;
}

/** No move takes this long, whatever the machine does besides. */
const hangMs = 120_000;
/** What a process prints before it stops itself. */
const stops = "stops\n";

/** What a process told before it ended: nothing where it was killed. */
export type Told =
  | { readonly isEqual: boolean; readonly calls: number }
  | { readonly code: string; readonly message: string }
  | undefined;

export interface StartedMove {
  readonly child: ChildProcess;
  /** Resolves when it has stopped itself; rejects where it ends before. */
  readonly stopped: Promise<void>;
  /** Resolves when it has ended. */
  readonly told: Promise<Told>;
}

export interface StartOptions {
  /** The call of the stores, from 1, before which it signals itself. @default none */
  readonly signalledAt?: number;
  /** @default "SIGKILL" */
  readonly signal?: "SIGKILL" | "SIGSTOP";
  /** Added to the environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** `paths`: a glob over the files whose calls count; that of sockets is `socket:*`. */
export async function countCalls({ tools, shim }: MoveTools, move: Move, paths: string): Promise<MoveCalls> {
  const log = path.join(tools.folder, "calls.log");
  await rm(log, { force: true });
  const told = await startMove(tools, move, { environment: faultEnvironment(shim, { paths, at: 0, log }) }).told;
  if (told === undefined || !("isEqual" in told) || !told.isEqual)
    throw new Error(`a move that nobody killed came to nothing: ${JSON.stringify(told)}`);
  const lines = (await readFile(log, "utf8")).trimEnd().split("\n");
  return { system: lines.map((line) => line.split(" ")[1] ?? ""), stores: told.calls };
}

/** Whether the process was killed; false where it came to its end before that call. */
export async function killMove(
  { tools, shim }: MoveTools,
  move: Move,
  paths: string,
  point: KillPoint,
): Promise<boolean> {
  const options: StartOptions =
    point.of === "stores"
      ? { signalledAt: point.at }
      : { environment: faultEnvironment(shim, { paths, at: point.at, kind: point.kind }) };
  const told = await startMove(tools, move, options).told;
  if (told !== undefined && !("isEqual" in told && told.isEqual))
    throw new Error(`a move that was to be killed came to nothing: ${JSON.stringify(told)}`);
  return told === undefined;
}

/** Makes a move in a process of its own. One that hangs is killed, and that is an error. */
export function startMove(tools: Tools, move: Move, options: StartOptions = {}): StartedMove {
  const { signalledAt = 0, signal = "SIGKILL", environment } = options;
  const given = [tools.program("move"), JSON.stringify(move), String(signalledAt), signal];
  const child = spawn(process.execPath, given, {
    env: { ...process.env, ...tools.environment, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [printed, errors, hung] = ["", "", false];
  const watchdog = setTimeout(() => (hung = child.kill("SIGKILL")), hangMs);
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, "close").finally(() => clearTimeout(watchdog));
  const stopped = new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.startsWith(stops)) resolve();
    });
    void ended.then(() => reject(new Error(`a process ended before it stopped: ${printed}${errors}`)), reject);
  });
  stopped.catch(() => undefined);
  const told = ended.then(() => {
    const what = `${JSON.stringify(move)}, ${JSON.stringify(options)}`;
    if (hung) throw new Error(`a process hung: ${what}`);
    if (child.signalCode === "SIGKILL") return undefined;
    if (child.exitCode !== 0) throw new Error(`a process failed: ${what}: ${errors}`);
    return JSON.parse(printed.replace(stops, "")) as Told;
  });
  return { child, stopped, told };
}
