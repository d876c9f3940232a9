import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs a file of the demo in a process of its own, and gives what it printed. */
export async function runFile(name: string, args: readonly string[]): Promise<string> {
  const file = fileURLToPath(new URL(`../src/${name}`, import.meta.url));
  return (await run(process.execPath, ["--conditions=holdfast-source", file, ...args])).stdout;
}
