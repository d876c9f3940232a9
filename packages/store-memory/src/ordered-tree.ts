import { bulkLoad } from "sorted-btree/extended/bulkLoad.js";

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

/** As the engine compares texts, by UTF-16 units: keys are encoded so that this is the order of what they stand for. */
export function compareUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
