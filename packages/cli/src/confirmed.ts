import { createInterface } from "node:readline/promises";

import type { CommandContext } from "./console.ts";

/** Whether somebody at a terminal says yes; where nobody can be asked, that is a no. */
export async function confirmed({ console, signal }: CommandContext, question: string): Promise<boolean> {
  if (console.error.isTTY !== true || !process.stdin.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: console.error });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    lines.close();
  }
}
