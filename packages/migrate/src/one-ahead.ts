/**
 * Runs works that take turns with something else, such as reading what is written next: a work begins while the one before
 * it may still be under way, and no third does. When it is disposed of, none is under way.
 */
export class OneAhead implements AsyncDisposable {
  #last: Promise<void> = Promise.resolve();

  /** Begins a work, and resolves when the one before it is done; rejects with what that failed with, once both are over. */
  async begin(work: () => Promise<void>): Promise<void> {
    const before = this.#last;
    const begun = work();
    this.#last = begun;
    begun.catch(() => undefined);
    try {
      await before;
    } catch (thrown) {
      await begun.catch(() => undefined);
      throw thrown;
    }
  }

  /** Resolves when all works are done. */
  async end(): Promise<void> {
    await this.#last;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last.catch(() => undefined);
  }
}
