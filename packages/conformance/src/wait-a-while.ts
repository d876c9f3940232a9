import { setImmediate as eventLoopTurn } from "node:timers/promises";

import type { Store } from "@holdfast/core";

/** Short reads that the store answers while something else is given the time to happen. */
const patience = 10;

/** Waits for `event`, or until the store has answered some short reads: a while by the backend's own measure of time. */
export async function waitAWhile(store: Store, event: Promise<unknown>): Promise<void> {
  let happened = false;
  const settle = (): void => {
    happened = true;
  };
  const watch = event.then(settle, settle);
  for (let probe = 0; probe < patience && !happened; probe++) {
    const read = store.transaction((session) => session.get("Probe", ["probe"]), { readOnly: true, timeoutMs: 1_000 });
    await Promise.race([watch, read.catch(() => undefined)]);
    await eventLoopTurn();
  }
}
