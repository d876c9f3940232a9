import type { CallOff, Clock } from "../../src/clock.ts";

/** A clock on which time passes only when it is told to. */
export class ManualClock implements Clock {
  readonly #waiting = new Set<() => void>();

  after(_delayMs: number, run: () => void): CallOff {
    this.#waiting.add(run);
    return () => this.#waiting.delete(run);
  }

  /** All that waits now is due. */
  tick(): void {
    const due = [...this.#waiting];
    this.#waiting.clear();
    for (const run of due) run();
  }

  stop(): void {
    this.#waiting.clear();
  }
}
