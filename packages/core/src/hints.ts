/** Where hints come from, such as a watch on a folder: open from when it is made until it is closed. */
export interface HintSource {
  close(): Promise<void> | void;
}

/** For the `wake` of drivers: keeps a source of hints open for as long as anybody follows, and for no longer. */
export class Hints {
  readonly #open: (ring: () => void) => HintSource;
  readonly #followers = new Set<AbortSignal>();
  readonly #waiting = new Map<AbortSignal, PromiseWithResolvers<void>>();
  #source: HintSource | undefined;
  #closed: Promise<unknown> = Promise.resolve();

  constructor(open: (ring: () => void) => HintSource) {
    this.#open = open;
  }

  /** Resolves at the next hint, or when the signal is given, which is the end of one follower. */
  wake(follower: AbortSignal): Promise<void> {
    if (follower.aborted) return Promise.resolve();
    if (!this.#followers.has(follower)) this.#join(follower);
    const waiting = this.#waiting.get(follower) ?? Promise.withResolvers<void>();
    this.#waiting.set(follower, waiting);
    return waiting.promise;
  }

  /** Closes the source, whoever still follows. */
  async close(): Promise<void> {
    this.#followers.clear();
    this.#closeSource();
    this.#ring();
    await this.#closed;
  }

  #join(follower: AbortSignal): void {
    this.#followers.add(follower);
    follower.addEventListener("abort", () => this.#leave(follower), { once: true });
    this.#source ??= this.#open(() => this.#ring());
  }

  #leave(follower: AbortSignal): void {
    this.#followers.delete(follower);
    this.#waiting.get(follower)?.resolve();
    this.#waiting.delete(follower);
    if (this.#followers.size === 0) this.#closeSource();
  }

  #ring(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const each of waiting) each.resolve();
  }

  #closeSource(): void {
    const source = this.#source;
    this.#source = undefined;
    if (source === undefined) return;
    this.#closed = Promise.allSettled([this.#closed, (async () => source.close())()]);
  }
}
