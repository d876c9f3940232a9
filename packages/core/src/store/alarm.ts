import { setTimeout as delay } from "node:timers/promises";
import type { OpenStore } from "./open-store.ts";

/** A follower that finds nothing looks less and less often, down to this part of how often it looks at first. */
const slowestPart = 16;
const timerMost = 2 ** 31 - 1;

interface Hint {
  state: "awaited" | "given" | "none";
  /** One promise, or none where the driver has no hints. */
  readonly given: readonly Promise<void>[];
}

/**
 * What ends the waits of one follower: a commit through its own store, a hint of the driver, or the clock, which alone
 * would do. Each wait counts from when the alarm was set, so nothing is lost between looking and waiting.
 */
export class Alarm implements Disposable {
  readonly #store: OpenStore;
  readonly #signal: AbortSignal;
  readonly #over = new AbortController();
  /** Given at the end of the follower, also of one that its reader has left standing. */
  readonly #ended: AbortSignal;
  #hint: Hint | undefined;
  #rung = 0;
  #idleWaits = 0;

  constructor(store: OpenStore, signal: AbortSignal) {
    this.#store = store;
    this.#signal = signal;
    this.#ended = AbortSignal.any([signal, this.#over.signal]);
  }

  /** Call it before looking: what comes from now on ends the next wait. */
  set(): void {
    this.#rung = this.#store.bell.rung;
    if (this.#hint === undefined || this.#hint.state === "given") this.#hint = this.#nextHint();
  }

  /** There was something, so there may be more soon. */
  reset(): void {
    this.#idleWaits = 0;
  }

  async wait(): Promise<void> {
    const { bell } = this.#store;
    const waited = new AbortController();
    const signal = AbortSignal.any([this.#signal, waited.signal]);
    const clock = delay(this.#waitMs(), "clock", { signal }).catch(() => undefined);
    try {
      const end = await Promise.race([clock, bell.wait(this.#rung, signal), ...(this.#hint?.given ?? [])]);
      if (end === "clock") this.#idleWaits += 1;
    } finally {
      waited.abort();
    }
  }

  [Symbol.dispose](): void {
    this.#over.abort();
  }

  #waitMs(): number {
    const { pollMs } = this.#store.parts;
    return Math.min(Math.max(pollMs, 1) * Math.min(2 ** this.#idleWaits, slowestPart), timerMost);
  }

  #nextHint(): Hint {
    const woken = this.#store.parts.driver.wake?.(this.#ended);
    if (woken === undefined) return { state: "none", given: [] };
    const give = (): void => void (hint.state = "given");
    // A driver whose hints fail is not asked again: the clock goes on without it.
    const fail = (): void => void (hint.state = "none");
    const hint: Hint = { state: "awaited", given: [woken.then(give, fail)] };
    return hint;
  }
}
