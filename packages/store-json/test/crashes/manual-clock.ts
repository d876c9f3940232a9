import type { CallOff, Clock } from "../../src/clock.ts";

/** A clock on which time passes only when it is told to. */
export class ManualClock implements Clock {
  readonly #waiting = new Set<() => void>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  after(_delayMs: number, run: () => void): CallOff {
    this.#waiting.add(run);
    return () => this.#waiting.delete(run);
  }

  behindOthers(run: () => void): void {
    queueMicrotask(run);
  }

  /** So many milliseconds pass, and nothing is done. */
  pass(milliseconds: number): void {
    this.#now += milliseconds;
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
