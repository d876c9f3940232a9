import { HoldfastError } from "./errors.ts";

/** Runs tasks one at a time, in the order they came: the turn of the one writer. */
export class WorkQueue {
  /** Settles with the last task, and never rejects; undefined where none is under way. */
  #last: Promise<void> | undefined;

  /**
   * Starts `task` when all tasks before it have settled, and settles as it does. A signal that is given before the task
   * has started takes it out of the queue, and its reason is thrown.
   */
  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return signal === undefined ? this.#append(task) : this.#appendUntil(signal, task);
  }

  /** Whether no task is under way, nor waits. */
  get isIdle(): boolean {
    return this.#last === undefined;
  }

  /** Resolves when every task that was queued so far has settled. */
  async idle(): Promise<void> {
    await this.#last;
  }

  #append<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last === undefined ? task() : this.#last.then(task);
    const over = (): void => {
      if (this.#last === last) this.#last = undefined;
    };
    const last = result.then(over, over);
    this.#last = last;
    return result;
  }

  async #appendUntil<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    let leave: () => void = () => undefined;
    const left = new Promise<never>((_resolve, reject) => (leave = () => reject(reasonOf(signal))));
    signal.addEventListener("abort", leave, { once: true });
    const turn = this.#append(async () => {
      signal.removeEventListener("abort", leave);
      signal.throwIfAborted();
      return task();
    });
    return Promise.race([turn, left]);
  }
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new HoldfastError("given up", { code: "ABORTED", cause: reason });
}
