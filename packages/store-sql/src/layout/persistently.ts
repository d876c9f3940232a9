import { setTimeout as delay } from "node:timers/promises";

import { HoldfastError } from "@holdfast/core";

export interface Persistence {
  /** Of one transaction, when others are in its way or the store cannot be reached. @default no limit */
  readonly triesMost?: number;
  readonly signal?: AbortSignal | undefined;
}

const longestDelayMs = 2_000;
const passing = new Set(["TRANSACTION_CONFLICT", "STORE_BUSY", "STORE_UNAVAILABLE", "COMMIT_UNKNOWN"]);

/** Whether what was thrown only says that others were in the way, or that the store could not be reached. */
export function mayPass(thrown: unknown): boolean {
  return HoldfastError.is(thrown) && passing.has(thrown.code);
}

/** Again and again while others are in the way: what a transaction has not committed, its next try does. */
export async function persistently<T>(
  { triesMost = Infinity, signal }: Persistence,
  work: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (thrown) {
      if (!mayPass(thrown) || tries >= triesMost) throw thrown;
      const most = Math.min(longestDelayMs, 10 * 2 ** Math.min(tries, 10));
      await delay(Math.random() * most, undefined, signal === undefined ? {} : { signal });
    }
  }
}
