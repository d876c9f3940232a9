import { setTimeout as delay } from "node:timers/promises";

import { classifyError, sqliteCode } from "./classify-error.ts";

const longestPauseMs = 50;

/**
 * Does something that another process's lock may keep from being done, again and again until `timeoutMs` have passed;
 * then STORE_BUSY. It waits on a timer with full jitter, so the event loop goes on, and waiters do not march in step.
 */
export async function retryBusy<T>(attempt: () => T, timeoutMs: number, signal?: AbortSignal): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (let longestMs = 2; ; longestMs = Math.min(longestMs * 2, longestPauseMs)) {
    try {
      return attempt();
    } catch (thrown) {
      if (!isBusy(thrown) || performance.now() >= deadline) throw classifyError(thrown);
      await delay(Math.random() * longestMs);
      signal?.throwIfAborted();
    }
  }
}

function isBusy(thrown: unknown): boolean {
  const code = sqliteCode(thrown);
  return code !== undefined && code.startsWith("SQLITE_BUSY") && code !== "SQLITE_BUSY_SNAPSHOT";
}
