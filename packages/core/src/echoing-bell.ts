/** In milliseconds, each from the ring before. */
const delaysMs = [10, 20, 80, 320, 1_280, 5_120];

/**
 * For signs that may come before that which they are a sign of: a file is written before its commit can be seen, by as
 * much as a sync takes. Rings soon after a sign, however many there are, and again later and later, up to seven seconds.
 */
export class EchoingBell {
  readonly #ring: () => void;
  #next = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  sign(): void {
    if (this.#timer !== undefined && this.#next === 0) return;
    this.stop();
    this.#next = 0;
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    const delayMs = delaysMs[this.#next];
    this.#timer = delayMs === undefined ? undefined : setTimeout(() => this.#ringNow(), delayMs).unref();
  }

  #ringNow(): void {
    this.#next += 1;
    this.#schedule();
    this.#ring();
  }
}
