import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";

/** What a process of its own saw of a store, and what it took at most. */
export interface Looked {
  /** How many records each look saw. */
  readonly seen: Readonly<Record<string, number>>;
  /** The most memory that the process had, in bytes, after each look; it never falls. */
  readonly peaks: Readonly<Record<string, number>>;
}

const program = path.join(import.meta.dirname, "../test/programs/look.ts");

/**
 * Looks at a store in every way there is, in a process whose heap has so many MiB at most and which dies of more. What is
 * young is collected often, so that little of what the process has at most is garbage.
 */
export async function lookAround(url: string, heapMiB: number): Promise<Looked> {
  const given = [
    "--conditions=holdfast-source",
    "--no-warnings",
    `--max-old-space-size=${heapMiB}`,
    "--max-semi-space-size=1",
    program,
    url,
  ];
  const child = spawn(process.execPath, given, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const [printed, [code, signal]] = await Promise.all([text(child.stdout), ended]);
  if (code !== 0) throw new Error(`the process ended with ${code ?? signal}, which more memory may prevent`);
  return JSON.parse(printed) as Looked;
}
