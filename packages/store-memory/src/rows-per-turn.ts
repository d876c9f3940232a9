import { setImmediate } from "node:timers/promises";

/** Rows that are looked at before other callers get their turn: a few milliseconds' worth. */
export const rowsPerTurn = 2048;

/** Lets timers, sockets and other callers run. */
export async function pause(): Promise<void> {
  await setImmediate();
}
