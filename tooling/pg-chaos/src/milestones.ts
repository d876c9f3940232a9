/** Counts what happens, and tells when it has happened so often. */
export class Milestones {
  #count = 0;
  readonly #waiting: { readonly at: number; readonly reached: () => void }[] = [];

  get count(): number {
    return this.#count;
  }

  add(): void {
    this.#count += 1;
    for (const { at, reached } of this.#waiting) if (at === this.#count) reached();
  }

  /** Resolves at the next multiple of `every`, or at once when the signal is given. */
  async next(every: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const at = (Math.floor(this.#count / every) + 1) * every;
    this.#waiting.push({ at, reached: resolve });
    signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
  }
}
