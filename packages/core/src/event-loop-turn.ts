import { setImmediate } from "node:timers/promises";

/** Lets timers, sockets and other callers run before long work goes on. */
export async function eventLoopTurn(): Promise<void> {
  await setImmediate();
}
