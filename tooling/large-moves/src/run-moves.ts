import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";

/** What became of one move, and what the process that made it had taken by its end. */
export interface Moved {
  readonly from: string;
  readonly to: string;
  readonly equal: boolean;
  readonly records: number;
  readonly deletes: number;
  /** Of the target, as `storeHash` gives it. */
  readonly hash: string;
  /** Of copying and comparing. */
  readonly milliseconds: number;
  /** The most memory that the process had, in bytes. */
  readonly peak: number;
}

const programs = path.join(import.meta.dirname, "../test/programs");

const source = ["--conditions=holdfast-source", "--no-warnings"];

/** Fills the store at a URL with so many documents, in a process of its own; gives its hash. */
export async function fill(url: string, documents: number): Promise<string> {
  return (await run("fill.ts", [url, String(documents)], ["--max-old-space-size=8192"])).trim();
}

/**
 * Moves the store at the first URL into the one at the second, that into the third, and so on, all in one process of its
 * own. Each target is opened with its source's model. `heapMiB`: of its heap, at most; it dies of more. What is young is
 * collected often then, so that little of what the process has at most is garbage.
 */
export async function runMoves(urls: readonly string[], heapMiB?: number): Promise<readonly Moved[]> {
  const limits = heapMiB === undefined ? ["--max-old-space-size=8192"] : smallHeap(heapMiB);
  const printed = await run("move.ts", urls, limits);
  const lines = printed.trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Moved);
}

function smallHeap(heapMiB: number): readonly string[] {
  return [`--max-old-space-size=${heapMiB}`, "--max-semi-space-size=1"];
}

async function run(program: string, given: readonly string[], limits: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [...source, ...limits, path.join(programs, program), ...given], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const [printed, [code, signal]] = await Promise.all([text(child.stdout), ended]);
  if (code !== 0) throw new Error(`${program} ended with ${code ?? signal}`);
  return printed;
}
