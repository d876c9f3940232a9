import { bulkLoad } from "sorted-btree/extended/bulkLoad.js";
import type { Span } from "./index-key.ts";

/**
 * An ordered copy-on-write tree: `clone()` only marks the root as shared, a later write to either copy replaces the
 * nodes on its path alone. So a clone costs the same at ten keys and at ten million.
 */
export type OrderedTree<V> = ReturnType<typeof bulkLoad<string, V>>;

const nodeSize = 32;

export interface Keyed<V> {
  readonly key: string;
  readonly value: V;
}

/**
 * A tree of what is given, ordered by key and without a key twice. Made through `bulkLoad` because its name is the same
 * to Node, to test runners and to bundlers.
 */
export function orderedTree<V>(items: readonly Keyed<V>[] = []): OrderedTree<V> {
  const keys = items.map(({ key }) => key);
  const values = items.map(({ value }) => value);
  return bulkLoad<string, V>(keys, values, nodeSize, compareUnits);
}

/** What becomes of a key; without a value, it goes. */
export interface TreeChange<V> {
  readonly key: string;
  readonly value: V | undefined;
}

/**
 * Makes all of the changes in the tree, of which a later one counts where they have one key. In the order of the keys, since
 * neighbours share the nodes on their way: so each of these is copied once.
 */
export function changeTree<V>(tree: OrderedTree<V>, changes: TreeChange<V>[]): void {
  if (changes.length > 1) changes.sort((a, b) => compareUnits(a.key, b.key));
  for (let at = 0; at < changes.length; at++) {
    const change = changes[at];
    if (change === undefined || change.key === changes[at + 1]?.key) continue;
    if (change.value === undefined) tree.delete(change.key);
    else tree.set(change.key, change.value);
  }
}

/** What stands at the keys of a span, from key to key or the other way. */
export function valuesAlong<V>(tree: OrderedTree<V>, span: Span, direction: "up" | "down"): Iterable<V> {
  return direction === "up" ? upwards(tree, span) : downwards(tree, span);
}

function* upwards<V>(tree: OrderedTree<V>, { low, high }: Span): Iterable<V> {
  for (const [key, value] of tree.entries(low, [])) {
    if (key >= high) return;
    yield value;
  }
}

function* downwards<V>(tree: OrderedTree<V>, { low, high }: Span): Iterable<V> {
  for (const [key, value] of tree.entriesReversed(high, [], true)) {
    if (key < low) return;
    yield value;
  }
}

/** As the engine compares texts, by UTF-16 units: keys are encoded so that this is the order of what they stand for. */
export function compareUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
