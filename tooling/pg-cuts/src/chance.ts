/** Choices that a seed repeats. */
export class Chance {
  #state: number;

  /** From 0 to 2^31 - 1. */
  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0 || 1;
  }

  /** A whole number from 0 to below this. */
  below(end: number): number {
    // Marsaglia's xorshift of 32 bits.
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return Math.floor((this.#state / 2 ** 32) * end);
  }

  among<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }
}
