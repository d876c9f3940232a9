import type { Writable } from "node:stream";

import type { ExitCode } from "./exit-codes.ts";

/** Where the command writes: its result to `out`, everything about the way there to `error`. */
export interface Console {
  readonly out: Writable;
  readonly error: Writable & { readonly isTTY?: boolean; readonly columns?: number };
}

/** What a command of the program is given. */
export interface CommandContext {
  readonly console: Console;
  /** Given at Ctrl+C. */
  readonly signal: AbortSignal;
  /** Says the exit code where it is not 0, yet nothing failed. */
  readonly exitWith: (code: ExitCode) => void;
}
