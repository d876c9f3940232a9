import { setImmediate } from "node:timers/promises";

/** How many items are mapped between two turns. */
export const itemsAtOnce = 500;

/** Maps a list; a long one in slices between which the event loop turns, so that other callers go on meanwhile. */
export function mapInTurns<T, R>(
  items: readonly T[],
  map: (item: T, at: number) => R,
): readonly R[] | Promise<readonly R[]> {
  return items.length <= itemsAtOnce ? items.map((item, at) => map(item, at)) : inTurns(items, map);
}

async function inTurns<T, R>(items: readonly T[], map: (item: T, at: number) => R): Promise<readonly R[]> {
  const mapped: R[] = [];
  for (const [at, item] of items.entries()) {
    if (at > 0 && at % itemsAtOnce === 0) await setImmediate();
    mapped.push(map(item, at));
  }
  return mapped;
}
