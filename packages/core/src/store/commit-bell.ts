/** Tells followers in this process that something was committed through the store that they follow. */
export class CommitBell {
  readonly #waiting = new Set<() => void>();
  #rung = 0;

  /** How often it has rung so far: for `wait`, taken before looking. */
  get rung(): number {
    return this.#rung;
  }

  ring(): void {
    this.#rung += 1;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** Resolves when it has rung more often than that, or when the signal aborts. */
  wait(rung: number, signal: AbortSignal): Promise<void> {
    if (this.#rung !== rung || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      const stop = (): void => {
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener("abort", stop, { once: true });
    });
  }
}
