import { eventLoopTurn } from "@holdfast/core";
import { compareUnits } from "./ordered-tree.ts";
import type { Keyed } from "./ordered-tree.ts";
import { rowsPerTurn } from "./rows-per-turn.ts";

type Run<V> = readonly Keyed<V>[];

/** Sorts by key as `sort` would, but gives others their turn: a million items would hold the thread for seconds. */
export async function sortInTurns<V>(items: Run<V>): Promise<Run<V>> {
  if (await isSorted(items)) return items;
  let runs: Run<V>[] = [];
  for (let at = 0; at < items.length; at += rowsPerTurn) {
    runs.push(items.slice(at, at + rowsPerTurn).sort((a, b) => compareUnits(a.key, b.key)));
    await eventLoopTurn();
  }
  while (runs.length > 1) runs = await mergedPairs(runs);
  return runs[0] ?? [];
}

/** What was saved in one of the orders is in it already: then one look at each key is all it takes. */
async function isSorted(items: Run<unknown>): Promise<boolean> {
  let last = "";
  let seen = 0;
  for (const { key } of items) {
    if (key < last) return false;
    last = key;
    if (++seen % (rowsPerTurn * 16) === 0) await eventLoopTurn();
  }
  return true;
}

async function mergedPairs<V>(runs: readonly Run<V>[]): Promise<Run<V>[]> {
  const merged: Run<V>[] = [];
  for (let at = 0; at < runs.length; at += 2) merged.push(await merge(runs[at] ?? [], runs[at + 1] ?? []));
  return merged;
}

async function merge<V>(a: Run<V>, b: Run<V>): Promise<Run<V>> {
  if ((a.at(-1)?.key ?? "") <= (b[0]?.key ?? "")) return a.concat(b);
  const merged: Keyed<V>[] = [];
  let [fromA, fromB] = [0, 0];
  for (let left = a[0], right = b[0]; left !== undefined || right !== undefined;) {
    if (right === undefined || (left !== undefined && left.key <= right.key)) {
      if (left !== undefined) merged.push(left);
      left = a[++fromA];
    } else {
      merged.push(right);
      right = b[++fromB];
    }
    if (merged.length % (rowsPerTurn * 16) === 0) await eventLoopTurn();
  }
  return merged;
}
