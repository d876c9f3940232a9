/** Choices that are the same for the same seed. */
export interface Chance {
  /** A whole number from 0 to below `count`. */
  readonly below: (count: number) => number;
}

/** Each further number makes choices of their own. By the generator that is known as mulberry32. */
export function chanceFrom(seed: number, ...more: readonly number[]): Chance {
  let state = more.reduce((mixed, each) => Math.imul(mixed ^ each, 0x9e3779b1) ^ (mixed >>> 15), seed | 0);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { below: (count) => Math.floor(next() * count) };
}
