import { v7 } from "uuid";

/** Where times and ids come from. */
export interface Stamps {
  /** Microseconds since the epoch. */
  now(): number;
  /** A new id; ids that are made later sort behind. */
  newId(): string;
}

export const systemStamps: Stamps = {
  now: () => Date.now() * 1000,
  newId: () => v7(),
};

/** A clock whose readings rise strictly, and above `floor`: one reading for each record that is written. */
export function risingClock(now: () => number, floor = 0): () => number {
  let last = floor;
  return () => {
    last = Math.max(Math.floor(now()), last + 1);
    return last;
  };
}
