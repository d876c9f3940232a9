import { setTimeout as delay } from "node:timers/promises";

import { HoldfastError } from "@holdfast/core";

/** A statement has waited for a lock before it says so; what says so at once shall not be asked in haste. */
const pauseMs = 10;

/** Does it again while others are in the way, for so many milliseconds; a signal ends that with its reason. */
export async function whileBusy<T>(milliseconds: number, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (const deadline = performance.now() + milliseconds; ;) {
    try {
      return await work();
    } catch (thrown) {
      if (!HoldfastError.is(thrown, "STORE_BUSY") || performance.now() >= deadline) throw thrown;
      signal?.throwIfAborted();
    }
    await delay(pauseMs);
  }
}
