import { createInterface } from "node:readline/promises";

import { HoldfastError } from "@holdfast/core";

import type { CommandContext } from "./console.ts";
import { printable } from "./printable.ts";
import { toned } from "./write-lines.ts";

/** Whether somebody at a terminal says yes; where nobody can be asked, that is a no. ABORTED at Ctrl+C. */
export async function confirmed({ console, signal }: CommandContext, question: string): Promise<boolean> {
  if (console.error.isTTY !== true || !process.stdin.isTTY) return false;
  const ended = new AbortController();
  const lines = createInterface({ input: process.stdin, output: console.error });
  // While it asks, the terminal gives Ctrl+C and Ctrl+D to the question, and no signal to the process.
  lines.on("SIGINT", () => ended.abort("interrupted"));
  lines.on("close", () => ended.abort("no answer"));
  try {
    const asked = `${toned(console.error, "warning", printable(question))} [y/N] `;
    const answer = await lines.question(asked, { signal: AbortSignal.any([signal, ended.signal]) });
    return /^y(es)?$/i.test(answer.trim());
  } catch (thrown) {
    if (ended.signal.reason === "no answer" && !signal.aborted) return false;
    const next = "run the same command again, and it asks again; --yes answers beforehand";
    throw new HoldfastError("interrupted; nothing was changed", { code: "ABORTED", cause: thrown, details: { next } });
  } finally {
    lines.close();
  }
}

/** What a command throws that was not told to go on: it says what --yes would do. */
export function notConfirmed(message: string): HoldfastError {
  const next = "run the same command with --yes, if that is what you want";
  return new HoldfastError(message, { code: "CONFLICT", details: { next } });
}
