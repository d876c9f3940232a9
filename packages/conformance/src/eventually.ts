import { setTimeout } from "node:timers/promises";

const triesMost = 500;
const pauseMs = 20;

/** Waits for what a store does behind the scenes, and tells nobody of: until the check no longer throws. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await check();
    } catch (thrown) {
      if (tries === triesMost) throw thrown;
      await setTimeout(pauseMs);
    }
  }
}
