import { isJsonObject } from "@holdfast/core";
import type { DriverHold, JsonObject, Scalar } from "@holdfast/core";
import type { FeedMarks } from "@holdfast/store-memory";

/** What the header says of the feed. Holds are there only where there are some. */
export function feedJson({ store, changes, pruned, holds }: FeedMarks): object {
  const marks = { store, changes, pruned: Object.fromEntries(pruned) };
  return holds.length === 0 ? marks : { ...marks, holds };
}

/** The same of a round, which leaves out what it left as it was: that may be long, where there are many tenants. */
export function roundFeedJson(before: FeedMarks, { store, changes, pruned, holds }: FeedMarks): object {
  return {
    store,
    changes,
    ...(pruned === before.pruned ? {} : { pruned: Object.fromEntries(pruned) }),
    ...(holds === before.holds ? {} : { holds }),
  };
}

/** What rounds leave of the feed, where each says only what it changed. */
export function feedAfter(before: FeedMarks | undefined, rounds: readonly RoundFeed[]): FeedMarks | undefined {
  const last = rounds.at(-1);
  if (last === undefined) return before;
  const { store, changes } = last;
  const pruned = rounds.findLast((each) => each.pruned !== undefined)?.pruned ?? before?.pruned ?? new Map();
  const holds = rounds.findLast((each) => each.holds !== undefined)?.holds ?? before?.holds ?? [];
  return { store, changes, pruned, holds };
}

export type RoundFeed = Pick<FeedMarks, "store" | "changes"> & Partial<Pick<FeedMarks, "pruned" | "holds">>;

/** Undefined where it is damaged. */
export function parseRoundFeed(value: unknown): RoundFeed | undefined {
  if (!isJsonObject(value)) return undefined;
  const whole = parseFeed({ ...value, pruned: value["pruned"] ?? {} });
  if (whole === undefined) return undefined;
  const { store, changes, pruned, holds } = whole;
  return {
    store,
    changes,
    ...(value["pruned"] === undefined ? {} : { pruned }),
    ...(value["holds"] === undefined ? {} : { holds }),
  };
}

/** Undefined where it is damaged, or of before there was a feed: then the store gets a new one. */
export function parseFeed(value: unknown): FeedMarks | undefined {
  if (!isJsonObject(value)) return undefined;
  const { store, changes, pruned, holds = [] } = value;
  if (typeof store !== "string" || !isCount(changes) || !isJsonObject(pruned) || !Array.isArray(holds))
    return undefined;
  const marks = new Map(Object.entries(pruned).filter((entry): entry is [string, number] => isCount(entry[1])));
  const kept = holds.map((hold) => (isJsonObject(hold) ? parseHold(hold) : undefined));
  return { store, changes, pruned: marks, holds: kept.filter((hold) => hold !== undefined) };
}

function parseHold({ tenant, name, since, moved, expires, place }: JsonObject): DriverHold | undefined {
  if (typeof tenant !== "string" || typeof name !== "string" || !isCount(since) || !isCount(moved)) return undefined;
  if (!isCount(expires) || !Array.isArray(place)) return undefined;
  const scalars = place.filter((each): each is Scalar => each === null || typeof each !== "object");
  return { tenant, name, since, moved, expires, place: scalars };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
