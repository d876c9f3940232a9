/** A generator of numbers that look random and follow from its seed alone (a 32-bit mix, good enough to choose by). */
export class Random {
  #state: number;

  /** The seed is a whole number; its lowest 32 bits count. */
  constructor(seed: number) {
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 0;
  }

  /** A whole number from 0 up to, and not with, `limit`. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  /** True so often, from 0 (never) to 1 (always). */
  chance(share: number): boolean {
    return this.#next() < share;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  /** From 0 up to, and not with, 1. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }
}
