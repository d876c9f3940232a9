import { HoldfastError } from "@holdfast/core";
import { setTimeout } from "node:timers/promises";

export const triesMost = 100;
const waitMostMs = 50;

/**
 * Makes the attempt again where another writer came between (CONFLICT), each time after a random wait that grows up to
 * 50 ms, so that writers who collided drift apart. After 100 tries the CONFLICT is thrown.
 */
export async function retryConflicts<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (thrown) {
      if (!HoldfastError.is(thrown, "CONFLICT") || tries >= triesMost) throw thrown;
      await pauseAfter(tries);
    }
  }
}

/** The wait behind so many tries. */
export async function pauseAfter(tries: number): Promise<void> {
  await setTimeout(Math.random() * Math.min(waitMostMs, 2 ** tries));
}
