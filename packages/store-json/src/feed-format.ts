import { isJsonObject } from "@holdfast/core";
import type { DriverHold, JsonObject, Scalar } from "@holdfast/core";
import type { FeedMarks } from "@holdfast/store-memory";

/** What the header says of the feed. Holds are there only where there are some. */
export function feedJson({ store, changes, pruned, holds }: FeedMarks): object {
  const marks = { store, changes, pruned: Object.fromEntries(pruned) };
  return holds.length === 0 ? marks : { ...marks, holds };
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
