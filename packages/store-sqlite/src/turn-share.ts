import { setImmediate as nextTurn } from "node:timers/promises";

const turnMs = 10;

/** Watches how long statements, which hold the thread while they run, have had of the event loop's current turn. */
export class TurnShare {
  #since: number | undefined;

  /** Call before a statement; await what it gives, if anything, so that timers and sockets have their turn. */
  take(): Promise<unknown> | undefined {
    if (this.#since === undefined) {
      this.#since = performance.now();
      setImmediate(() => (this.#since = undefined));
      return undefined;
    }
    return performance.now() - this.#since < turnMs ? undefined : nextTurn();
  }
}
