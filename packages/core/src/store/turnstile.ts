import type { Deadline } from "./deadline.ts";
import { WorkQueue } from "../work-queue.ts";

/** Tries that go side by side with others; a later one goes alone, since others made the earlier ones fail. */
const triesTogether = 2;
/** Who is to go alone waits no longer for those inside: one of them might wait for what waits outside. */
const patienceMs = 5_000;

/**
 * Lets writers of one store through side by side, and alone whoever conflicts again and again: new ones then wait until
 * it is through. So of many transactions that want the same records, one after another succeeds, where a backend that
 * finds conflicts only at the end could fail all of them, each because of the others, as often as they try.
 */
export class Turnstile {
  readonly #lone = new WorkQueue();
  #inside = 0;
  #closed: Promise<void> | undefined;
  #whenEmpty: () => void = () => undefined;

  /** Whether a first try would go through without waiting. */
  get isOpen(): boolean {
    return this.#closed === undefined;
  }

  /** Runs the `tries`th try of a task. A deadline that comes while it waits is thrown. */
  pass<T>(tries: number, task: () => Promise<T>, deadline?: Deadline): Promise<T> {
    if (tries > triesTogether) return this.#lone.run(() => this.#alone(task, deadline), deadline?.signal);
    return this.#closed === undefined ? this.#counted(task) : this.#onceOpen(task, deadline);
  }

  async #onceOpen<T>(task: () => Promise<T>, deadline: Deadline | undefined): Promise<T> {
    while (this.#closed !== undefined) await unlessReached(this.#closed, deadline);
    return this.#counted(task);
  }

  async #alone<T>(task: () => Promise<T>, deadline: Deadline | undefined): Promise<T> {
    deadline?.check();
    let open: () => void = () => undefined;
    this.#closed = new Promise((resolve) => (open = resolve));
    const reopen = (): void => {
      this.#closed = undefined;
      open();
    };
    const patience = setTimeout(() => this.#whenEmpty(), patienceMs);
    try {
      const empty = new Promise<void>((resolve) => (this.#whenEmpty = resolve));
      if (this.#inside > 0) await unlessReached(empty, deadline);
      if (this.#inside > 0) reopen();
      return await this.#counted(task);
    } finally {
      clearTimeout(patience);
      reopen();
    }
  }

  async #counted<T>(task: () => Promise<T>): Promise<T> {
    this.#inside += 1;
    try {
      return await task();
    } finally {
      this.#inside -= 1;
      if (this.#inside === 0) this.#whenEmpty();
    }
  }
}

async function unlessReached(promise: Promise<void>, deadline: Deadline | undefined): Promise<void> {
  await (deadline === undefined ? promise : deadline.until(promise));
}
