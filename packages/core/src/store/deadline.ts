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
  /** Rejects with TIMEOUT or ABORTED when the point is reached; never otherwise. */
  readonly reached: Promise<never>;
  #error: HoldfastError | undefined;
  #signal: AbortSignal | undefined;
  #stop: () => void = () => undefined;

  constructor(limits: DeadlineLimits) {
    this.reached = new Promise((_resolve, reject) => {
      const fail = (error: HoldfastError): void => {
        this.#error ??= error;
        reject(this.#error);
      };
      const { timeoutMs } = limits;
      const timer =
        timeoutMs === undefined || timeoutMs > timerMost
          ? undefined
          : setTimeout(() => fail(timeout(timeoutMs)), timeoutMs);
      limits.outer?.reached.catch(fail);
      const signals = (limits.signals ?? []).filter((signal) => signal !== undefined);
      const listeners = signals.map((signal) => {
        const listener = (): void => fail(aborted(signal));
        if (signal.aborted) listener();
        else signal.addEventListener("abort", listener, { once: true });
        return () => signal.removeEventListener("abort", listener);
      });
      this.#stop = () => {
        clearTimeout(timer);
        for (const remove of listeners) remove();
      };
    });
    this.reached.catch(() => undefined);
  }

  /** The error that the point was reached with, if it was. */
  get error(): HoldfastError | undefined {
    return this.#error;
  }

  /** Aborts with that error. */
  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      const given = new AbortController();
      this.reached.catch((error: unknown) => given.abort(error));
      if (this.#error !== undefined) given.abort(this.#error);
      this.#signal = given.signal;
    }
    return this.#signal;
  }

  /** Throws if the point was reached. */
  check(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  [Symbol.dispose](): void {
    this.#stop();
  }
}

function timeout(timeoutMs: number): HoldfastError {
  return new HoldfastError(`not done within ${timeoutMs} ms`, { code: "TIMEOUT", details: { timeoutMs } });
}

function aborted(signal: AbortSignal): HoldfastError {
  return new HoldfastError("the caller's signal was given", { code: "ABORTED", cause: signal.reason });
}
