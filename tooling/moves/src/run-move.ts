/**
 * Makes a move in a process of its own, and kills that by SIGKILL at one of its calls: of the system's that change files or
 * send something to a server, which the shim counts, or of the stores', which the program counts itself.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";

import { faultEnvironment, type Fault, type FaultKind, type Tools } from "@holdfast-system/kills";

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

/** `paths`: a glob over the files whose calls count; that of sockets is `socket:*`. */
export async function countCalls({ tools, shim }: MoveTools, move: Move, paths: string): Promise<MoveCalls> {
  const log = path.join(tools.folder, "calls.log");
  await rm(log, { force: true });
  const { signal, printed } = await start(tools, move, 0, faultEnvironment(shim, { paths, at: 0, log }));
  const { isEqual, calls } = JSON.parse(printed) as { isEqual: boolean; calls: number };
  if (signal !== null || !isEqual) throw new Error(`a move that nobody killed came to nothing: ${printed}`);
  const lines = (await readFile(log, "utf8")).trimEnd().split("\n");
  return { system: lines.map((line) => line.split(" ")[1] ?? ""), stores: calls };
}

/** Whether the process was killed; false where it came to its end before that call. */
export async function killMove(
  { tools, shim }: MoveTools,
  move: Move,
  paths: string,
  point: KillPoint,
): Promise<boolean> {
  const fault: Fault | undefined = point.of === "system" ? { paths, at: point.at, kind: point.kind } : undefined;
  const environment = fault === undefined ? {} : faultEnvironment(shim, fault);
  const { signal } = await start(tools, move, point.of === "stores" ? point.at : 0, environment);
  return signal === "SIGKILL";
}

async function start(
  tools: Tools,
  move: Move,
  killedAt: number,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly signal: NodeJS.Signals | null; readonly printed: string }> {
  const child = spawn(process.execPath, [tools.program("move"), JSON.stringify(move), String(killedAt)], {
    env: { ...process.env, ...tools.environment, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [printed, errors, hung] = ["", "", false];
  const watchdog = setTimeout(() => (hung = child.kill("SIGKILL")), hangMs);
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  await once(child, "close");
  clearTimeout(watchdog);
  const what = `${JSON.stringify(move)}, killed at ${killedAt} or by ${JSON.stringify(environment)}`;
  if (hung) throw new Error(`a process hung: ${what}`);
  if (child.signalCode === null && child.exitCode !== 0) throw new Error(`a process failed: ${what}: ${errors}`);
  return { signal: child.signalCode, printed };
}
