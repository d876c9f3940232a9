import { feedExpired, foreignCursor } from "@holdfast/core";
import type { DriverChange, DriverChanges, Scalar } from "@holdfast/core";
import type { FeedMarks } from "./feed-marks.ts";
import type { State } from "./state.ts";

/** Changes behind a place, in the order in which they were made; a place is the store, what was pruned, and a number. */
export function changesBehind(
  state: State,
  tenant: string,
  after: readonly Scalar[] | undefined,
  limit: number,
): DriverChanges {
  const { store, changes: highest, pruned } = state.feed;
  const changes: DriverChange[] = [];
  let last = after === undefined ? 0 : numberIn(state.feed, after);
  for (const [number, change] of state.changedBehind(tenant, last)) {
    if (changes.length === limit) return { changes, next: [store, pruned, last], caughtUp: false };
    changes.push(change);
    last = number;
  }
  return { changes, next: [store, pruned, highest], caughtUp: true };
}

/** FEED_EXPIRED where a tombstone behind the place was let go since, or where the place lies ahead of the store. */
function numberIn(feed: FeedMarks, [store, pruned, number]: readonly Scalar[]): number {
  if (store !== feed.store || typeof number !== "number") throw foreignCursor();
  if (number > feed.changes || (pruned !== feed.pruned && number < feed.pruned)) throw feedExpired();
  return number;
}
