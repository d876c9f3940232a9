import { feedExpired, foreignCursor } from "@holdfast/core";
import type { DriverChange, DriverChanges, FeedLimits, Scalar } from "@holdfast/core";
import type { FeedMarks } from "./feed-marks.ts";
import type { State } from "./state.ts";

/** Changes behind a place, in the order in which they were made; a place is the store, what was pruned, and a number. */
export function changesBehind(
  state: State,
  tenant: string,
  after: readonly Scalar[] | undefined,
  limits: FeedLimits,
): DriverChanges {
  const { store, changes: highest } = state.feed;
  const pruned = state.feed.pruned.get(tenant) ?? 0;
  const changes: DriverChange[] = [];
  let characters = 0;
  let last = after === undefined ? 0 : numberIn(state.feed, tenant, after);
  for (const [number, change] of state.changedBehind(tenant, last)) {
    characters += change.kind === "put" ? change.record.text.length : 0;
    const isFull = changes.length === limits.changes || (changes.length > 0 && characters > limits.bytes);
    if (isFull) return { changes, next: [store, pruned, last], caughtUp: false };
    changes.push(change);
    last = number;
  }
  return { changes, next: [store, pruned, highest], caughtUp: true };
}

/** FEED_EXPIRED where a tombstone behind the place was let go since, or where the place lies ahead of the store. */
export function numberIn(feed: FeedMarks, tenant: string, [store, pruned, number]: readonly Scalar[]): number {
  if (store !== feed.store || typeof number !== "number") throw foreignCursor();
  const highest = feed.pruned.get(tenant) ?? 0;
  if (number > feed.changes || (pruned !== highest && number < highest)) throw feedExpired();
  return number;
}
