/**
 * Starts a part's program as a child process at the root of the repository and waits for its end. What it prints goes
 * where we print. A signal that ends us reaches the child through the terminal's process group only; nothing is killed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";

import type { Part, Program, Size } from "./part.ts";

export interface PartReport {
  readonly name: string;
  readonly passed: boolean;
  /** How it ended where it did not pass. */
  readonly reason?: string;
  readonly seconds: number;
}

export async function runPart(
  part: Part,
  size: Size,
  root: string,
  surroundings: Program["environment"] = {},
): Promise<PartReport> {
  const { command, arguments: given, environment } = part.program(size);
  const started = performance.now();
  const child = spawn(command, given, {
    cwd: root,
    env: { ...process.env, ...surroundings, ...environment },
    stdio: "inherit",
  });
  const reason = await ending(once(child, "exit"));
  const seconds = (performance.now() - started) / 1000;
  return { name: part.name, passed: reason === undefined, ...(reason === undefined ? {} : { reason }), seconds };
}

/** Undefined where the program ended well. */
async function ending(exit: Promise<unknown[]>): Promise<string | undefined> {
  try {
    const [code, signal] = await exit;
    if (code === 0) return undefined;
    return typeof code === "number" ? `exit code ${code}` : `ended by ${String(signal)}`;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}
