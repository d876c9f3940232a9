import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";
import type { Writable } from "node:stream";

import { onTestFinished } from "vitest";

const program = fileURLToPath(new URL("taking-part.ts", import.meta.url));

export interface Part {
  readonly input: Writable;
  nextLine(): Promise<string>;
}

/** Starts one of the processes that work on a store together; it is gone when its test is done. */
export function startPart(...given: readonly string[]): Part {
  const options = ["--conditions=holdfast-source", "--no-warnings", program, ...given];
  const child = spawn(process.execPath, options, { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    input: child.stdin,
    nextLine: async () => String((await lines.next()).value),
  };
}
