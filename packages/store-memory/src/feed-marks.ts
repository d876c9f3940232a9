import { randomUUID } from "node:crypto";

/** What a store's feed rests on, beside the number that each record and tombstone carries. */
export interface FeedMarks {
  /** Names the store, so that no other's cursors are taken for its own. */
  readonly store: string;
  /** The highest number that was given to a change. */
  readonly changes: number;
  /** The highest number of a tombstone that was let go. */
  readonly pruned: number;
}

export function newFeed(): FeedMarks {
  return { store: randomUUID(), changes: 0, pruned: 0 };
}
