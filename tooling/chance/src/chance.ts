/** Choices that are the same for the same seed. */
export interface Chance {
  /** A whole number from 0 to below `count`. */
  readonly below: (count: number) => number;
  /** True so often, from 0 (never) to 1 (always). */
  readonly isIn: (share: number) => boolean;
  readonly among: <T>(choices: readonly [T, ...T[]]) => T;
}

/**
 * By the generator that is known as mulberry32: 32 bits of state, good enough to choose by. Seeds that were written down
 * are run again, so what follows from one never changes.
 *
 * @param seed a whole number; its lowest 32 bits count
 * @param more each further number makes choices of their own
 */
export function chanceFrom(seed: number, ...more: readonly number[]): Chance {
  let state = more.reduce((mixed, each) => Math.imul(mixed ^ each, 0x9e3779b1) ^ (mixed >>> 15), seed | 0);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(next() * count);
  return {
    below,
    isIn: (share) => next() < share,
    among: (choices) => choices[below(choices.length)] ?? choices[0],
  };
}
