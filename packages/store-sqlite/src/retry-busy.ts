import { setTimeout as delay } from "node:timers/promises";

import { classifyError } from "./classify-error.ts";
import { sqliteCode } from "./result-codes.ts";

/** The quicker the disk, the more writes whoever has the lock does between two tries of one who waits. */
const longestPauseMs = 4;
/** Who has waited this long pauses half as long as a newcomer, who has waited twice as long a third, and so on. */
const agingMs = 200;

/**
 * Does something that another process's lock may keep from being done, again and again until `timeoutMs` have passed;
 * then STORE_BUSY. It waits on a timer, so the event loop goes on.
 */
export async function retryBusy<T>(attempt: () => T, timeoutMs: number, signal?: AbortSignal): Promise<T> {
  const since = performance.now();
  for (let tries = 1; ; tries++) {
    try {
      return attempt();
    } catch (thrown) {
      const waitedMs = performance.now() - since;
      if (!isBusy(thrown) || waitedMs >= timeoutMs) throw classifyError(thrown);
      await delay(Math.random() * pauseMostMs(tries, waitedMs));
      signal?.throwIfAborted();
    }
  }
}

/**
 * The longest pause before a waiter's next try; the real one is anywhere below, so that waiters do not march in step. It
 * doubles at first, since most locks are held for a moment only, and shrinks with the time waited: SQLite has no queue,
 * so whoever tries most often comes first, and that shall be whoever has waited longest.
 */
export function pauseMostMs(tries: number, waitedMs: number): number {
  const growing = 2 ** Math.min(tries, 10);
  const shrinking = longestPauseMs / (1 + waitedMs / agingMs);
  return Math.max(1, Math.min(growing, shrinking));
}

function isBusy(thrown: unknown): boolean {
  const code = sqliteCode(thrown);
  return code !== undefined && code.startsWith("SQLITE_BUSY") && code !== "SQLITE_BUSY_SNAPSHOT";
}
