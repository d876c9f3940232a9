import { setImmediate as eventLoopTurn } from "node:timers/promises";

import type { Store } from "@holdfast/core";

/** Short reads that the store answers while something else is given the time to happen. */
const patience = 10;

/** Turns of the event loop in which a statement that waits for nobody is done. */
const turns = 200;

/**
 * Waits for `event`, or until the store has answered some short reads: a while by the backend's own measure of time. A
 * store that answers nobody while a transaction is open is given some turns of the event loop instead.
 */
export async function waitAWhile(store: Store, event: Promise<unknown>): Promise<void> {
  let happened = false;
  const settle = (): void => {
    happened = true;
  };
  const watch = event.then(settle, settle);
  const isSilent = store.guarantees.oneAtATime === true;
  for (let turn = 0; isSilent && turn < turns && !happened; turn++) await eventLoopTurn();
  for (let probe = 0; !isSilent && probe < patience && !happened; probe++) {
    const read = store.transaction((session) => session.get("Probe", ["probe"]), { readOnly: true, timeoutMs: 1_000 });
    await Promise.race([watch, read.catch(() => undefined)]);
    await eventLoopTurn();
  }
}
