import type { Buried, Entry } from "./entry.ts";
import type { Keyed } from "./ordered-tree.ts";
import { sortInTurns } from "./sort-in-turns.ts";
import { changeKey } from "./state-keys.ts";

/** An item that was read, whose number may still be 0: none. */
export type Numbered<Item extends Entry | Buried> = Omit<Item, "change"> & { change: number };

/**
 * All items in the order of their changes. Those without a number of their own (from an older file, or by a person's
 * hand) get one behind all others, in the order of their times, so that followers see them.
 */
export async function numberChanges(
  items: readonly (Numbered<Entry> | Numbered<Buried>)[],
  highest: number,
): Promise<{ readonly ordered: readonly Keyed<Entry | Buried>[]; readonly highest: number }> {
  const known = await sortInTurns(items.filter(({ change }) => change > 0).map(keyed));
  const isTwin = ({ key }: Keyed<unknown>, at: number): boolean => key === known[at - 1]?.key;
  const twins = known.filter(isTwin).map(({ value }) => value);
  const lacking = [...items.filter(({ change }) => change === 0), ...twins].sort(byTime);
  let last = highest;
  for (const { change } of items) last = Math.max(last, change);
  for (const item of lacking) item.change = ++last;
  if (lacking.length === 0) return { ordered: known, highest: last };
  return { ordered: await sortInTurns(items.map(keyed)), highest: last };
}

function keyed<Item extends Entry | Buried>(item: Item): Keyed<Item> {
  const { tenant } = "record" in item ? item.record : item.tombstone;
  return { key: changeKey(tenant, item.change), value: item };
}

function byTime(a: Entry | Buried, b: Entry | Buried): number {
  const [timeOfA, timeOfB] = [timeOf(a), timeOf(b)];
  return timeOfA.at - timeOfB.at || timeOfA.version - timeOfB.version;
}

function timeOf(item: Entry | Buried): { readonly at: number; readonly version: number } {
  if ("record" in item) return { at: item.record.updated, version: item.record.version };
  return { at: item.tombstone.deleted, version: item.tombstone.version };
}
