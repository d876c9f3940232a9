import { v7 } from "uuid";

import { microsecondClock } from "./microsecond-clock.ts";

/** Where times and ids come from. */
export interface Stamps {
  /**
   * Microseconds since the epoch. Processes that share a store have to differ in the last digits, or the same write of two
   * of them to one record cannot be told apart when connections are lost.
   */
  now(): number;
  /** A new id; ids that are made later sort behind. */
  newId(): string;
}

export const systemStamps: Stamps = {
  now: microsecondClock(),
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
