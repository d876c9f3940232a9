import { HoldfastError } from "../errors.ts";

/** Some 25 days: a timer for longer would go off at once. */
const timerMost = 2 ** 31 - 1;

export interface DeadlineLimits {
  /** In milliseconds from now. @default none */
  readonly timeoutMs?: number | undefined;
  readonly signals?: readonly (AbortSignal | undefined)[];
  /** One that this one never outlasts. */
  readonly outer?: Deadline | undefined;
}

/** A point at which a call stops waiting: a time that has passed or a signal that was given. */
export class Deadline implements Disposable {
  /** The one of calls without a limit: shared, so it keeps nothing of those that ask it. */
  static readonly none: Deadline = new Deadline({});
  /** Whether there is such a point at all: most calls have none. */
  readonly canBeReached: boolean;
  readonly #waiting = new Set<(error: HoldfastError) => void>();
  #error: HoldfastError | undefined;
  #reached: Promise<never> | undefined;
  #signal: AbortSignal | undefined;
  readonly #stop: () => void;

  constructor({ timeoutMs, signals = [], outer }: DeadlineLimits) {
    const given = signals.filter((signal) => signal !== undefined);
    this.canBeReached = timeoutMs !== undefined || given.length > 0 || outer?.canBeReached === true;
    if (!this.canBeReached) {
      this.#stop = nothing;
      return;
    }
    const fail = (error: HoldfastError): void => this.#fail(error);
    const timer =
      timeoutMs === undefined || timeoutMs > timerMost
        ? undefined
        : setTimeout(() => fail(timeout(timeoutMs)), timeoutMs);
    const leaveOuter = outer?.whenReached(fail);
    const listeners = given.map((signal) => {
      const listener = (): void => fail(aborted(signal));
      if (signal.aborted) listener();
      else signal.addEventListener("abort", listener, { once: true });
      return () => signal.removeEventListener("abort", listener);
    });
    this.#stop = () => {
      clearTimeout(timer);
      leaveOuter?.();
      for (const remove of listeners) remove();
    };
  }

  /** The error that the point was reached with, if it was. */
  get error(): HoldfastError | undefined {
    return this.#error;
  }

  /** Rejects with TIMEOUT or ABORTED when the point is reached; never otherwise. */
  get reached(): Promise<never> {
    if (!this.canBeReached) return new Promise(nothing);
    if (this.#reached === undefined) {
      this.#reached = new Promise((_resolve, reject) => void this.whenReached(reject));
      this.#reached.catch(() => undefined);
    }
    return this.#reached;
  }

  /** Aborts with that error. */
  get signal(): AbortSignal {
    if (!this.canBeReached) return new AbortController().signal;
    if (this.#signal === undefined) {
      const given = new AbortController();
      this.whenReached((error) => given.abort(error));
      this.#signal = given.signal;
    }
    return this.#signal;
  }

  /**
   * What is there already, or what a promise gives, unless the point is reached before. Nothing of a promise that has settled is kept until then,
   * as `Promise.race` would: however many are awaited.
   */
  until<T>(promise: Promise<T>): Promise<T>;
  until<T>(given: T | Promise<T>): T | Promise<T>;
  until<T>(given: T | Promise<T>): T | Promise<T> {
    return this.canBeReached && given instanceof Promise ? this.#untilReached(given) : given;
  }

  async #untilReached<T>(promise: Promise<T>): Promise<T> {
    let leave: () => void = () => undefined;
    const left = new Promise<never>((_resolve, reject) => (leave = this.whenReached(reject)));
    try {
      return await Promise.race([promise, left]);
    } finally {
      leave();
    }
  }

  /** Tells of the point, at once where it was reached before. Gives what ends the waiting. */
  whenReached(tell: (error: HoldfastError) => void): () => void {
    if (this.#error !== undefined) tell(this.#error);
    if (!this.canBeReached || this.#error !== undefined) return nothing;
    this.#waiting.add(tell);
    return () => void this.#waiting.delete(tell);
  }

  /** Throws if the point was reached. */
  check(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  #fail(error: HoldfastError): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    for (const each of this.#waiting) each(error);
    this.#waiting.clear();
  }
}

function nothing(): void {
  // Nobody waits.
}

function timeout(timeoutMs: number): HoldfastError {
  return new HoldfastError(`not done within ${timeoutMs} ms`, { code: "TIMEOUT", details: { timeoutMs } });
}

function aborted(signal: AbortSignal): HoldfastError {
  return new HoldfastError("the caller's signal was given", { code: "ABORTED", cause: signal.reason });
}
