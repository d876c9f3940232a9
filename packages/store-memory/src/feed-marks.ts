import type { DriverHold } from "@holdfast/core";

/** What a store's feed rests on, beside the number that each record and tombstone carries. */
export interface FeedMarks {
  /** Names the store, so that no other's cursors are taken for its own. */
  readonly store: string;
  /** The highest number that was given to a change. */
  readonly changes: number;
  /** The highest number of a tombstone that was let go, by tenant. */
  readonly pruned: ReadonlyMap<string, number>;
  /** By tenant and name, in that order. */
  readonly holds: readonly DriverHold[];
}

/** The feed of a store that is called so. */
export function newFeed(store: string): FeedMarks {
  return { store, changes: 0, pruned: new Map(), holds: [] };
}

export function withHold(feed: FeedMarks, hold: DriverHold): FeedMarks {
  const former = feed.holds.find((each) => isHold(each, hold.tenant, hold.name));
  const others = feed.holds.filter((each) => each !== former);
  const holds = [...others, { ...hold, since: former?.since ?? hold.since }];
  return { ...feed, holds: holds.sort((a, b) => (orderKey(a) < orderKey(b) ? -1 : 1)) };
}

export function withoutHold(feed: FeedMarks, tenant: string, name: string): FeedMarks {
  return { ...feed, holds: feed.holds.filter((each) => !isHold(each, tenant, name)) };
}

export function isHold(hold: DriverHold, tenant: string, name: string): boolean {
  return hold.tenant === tenant && hold.name === name;
}

/** Followers of the tenant who still hold have all changes below this number, and perhaps not this one. */
export function heldFrom({ store, holds }: FeedMarks, now: number): (tenant: string) => number {
  const held = new Map<string, number>();
  for (const { tenant, place, expires } of holds) {
    const [of, , number] = place;
    if (expires <= now || of !== store || typeof number !== "number") continue;
    held.set(tenant, Math.min(number + 1, held.get(tenant) ?? Infinity));
  }
  return (tenant) => held.get(tenant) ?? Infinity;
}

function orderKey({ tenant, name }: DriverHold): string {
  return `${tenant}\0${name}`;
}
