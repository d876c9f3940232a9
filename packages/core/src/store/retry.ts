import { setTimeout } from "node:timers/promises";
import { HoldfastError } from "../errors.ts";
import type { Deadline } from "./deadline.ts";

const firstDelayMs = 5;
const longestDelayMs = 500;

/** Whether making the same call again may work, with nothing applied: what a store tries again by itself. */
export function isTransient(error: unknown): boolean {
  return (
    (HoldfastError.is(error, "TRANSACTION_CONFLICT") || HoldfastError.is(error, "STORE_UNAVAILABLE")) &&
    error.retryable &&
    error.outcome === "none"
  );
}

const callTriesMost = 10;

/** For calls that change nothing, or do the same when they are done twice: also where the first may have been done. */
export async function againIfTransient<T>(call: () => Promise<T>, deadline?: Deadline): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (thrown) {
      const mayBeDoneAgain = isTransient(thrown) || HoldfastError.is(thrown, "COMMIT_UNKNOWN");
      if (!mayBeDoneAgain || tries >= callTriesMost) throw thrown;
      await backOff(tries, deadline);
    }
  }
}

/** Waits before the try after `tries` tries: full jitter, doubling from 5 ms to 500 ms. Ends early at the deadline. */
export async function backOff(tries: number, deadline?: Deadline): Promise<void> {
  await pause(Math.min(longestDelayMs, firstDelayMs * 2 ** tries), deadline);
}

/** Waits at random, at most so long. Ends early at the deadline. */
export async function pause(mostMs: number, deadline?: Deadline): Promise<void> {
  const waiting = new AbortController();
  const over = setTimeout(Math.random() * mostMs, undefined, { signal: waiting.signal }).catch(() => undefined);
  try {
    await (deadline === undefined ? over : deadline.until(over));
  } finally {
    waiting.abort();
  }
}
