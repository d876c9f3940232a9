import type { DriverKey } from "@holdfast/core";
import type { CompiledModel, IndexSpec } from "./compiled-model.ts";
import type { Buried, Entry } from "./entry.ts";
import { indexKey } from "./index-key.ts";
import { changeTree, orderedTree } from "./ordered-tree.ts";
import type { OrderedTree, TreeChange } from "./ordered-tree.ts";
import { changeKey, primaryKey } from "./state-keys.ts";

/** What stands at a key: a record, or what a deleted one left. */
export type Item = Entry | Buried;

/** What stood at a key, and what stands there now. */
export interface Move {
  readonly former: Item | undefined;
  readonly item: Item | undefined;
}

/**
 * What a state holds, in its orders. Those by id and the unique ones are always there; any other is built when it is first
 * asked for, and kept from then on: so a write pays for the orders that are used. Whoever has taken a copy may change it,
 * until he shares it.
 */
export class StateTrees {
  readonly #model: CompiledModel;
  /** The records of a type in one of its orders, by `indexKey`. */
  readonly #orders: Map<IndexSpec, OrderedTree<Entry>>;
  /** Records and tombstones in the order of their changes, by `changeKey`. */
  #changes: OrderedTree<Item>;
  /** The trees that nobody else has. */
  readonly #own = new Set<IndexSpec | "changes">();

  constructor(
    model: CompiledModel,
    orders: ReadonlyMap<IndexSpec, OrderedTree<Entry>> = new Map(),
    changes: OrderedTree<Item> = orderedTree(),
  ) {
    this.#model = model;
    this.#orders = new Map(orders);
    this.#changes = changes;
  }

  copy(): StateTrees {
    return new StateTrees(this.#model, this.#orders, this.#changes);
  }

  /** Undefined where it was never asked for; a type of which nothing was ever stored has its orders, and they are empty. */
  order(index: IndexSpec): OrderedTree<Entry> | undefined {
    const known = this.#orders.get(index);
    if (known !== undefined) return known;
    return this.#orders.has(this.#model.typeOf(index.type).primary) ? undefined : empty;
  }

  byId(type: string): OrderedTree<Entry> {
    return this.#orders.get(this.#model.typeOf(type).primary) ?? empty;
  }

  at(key: DriverKey): Entry | undefined {
    return this.byId(key.type).get(primaryKey(this.#model, key));
  }

  get changes(): OrderedTree<Item> {
    return this.#changes;
  }

  /** Keeps an order from now on, which must hold what the others do. */
  keep(index: IndexSpec, tree: OrderedTree<Entry>): void {
    this.#orders.set(index, tree);
  }

  take(moves: readonly Move[]): void {
    changeTree(this.#ownChanges(), changesOf(moves));
    for (const type of typesOf(moves)) {
      const { indexes, primary, alwaysKept } = this.#model.typeOf(type);
      if (!this.#orders.has(primary)) for (const index of alwaysKept) this.#orders.set(index, orderedTree());
      for (const index of indexes) {
        const tree = this.#orders.get(index);
        if (tree !== undefined) changeTree(this.#ownOrder(index, tree), changesIn(index, moves));
      }
    }
  }

  #ownOrder(index: IndexSpec, tree: OrderedTree<Entry>): OrderedTree<Entry> {
    if (this.#own.has(index)) return tree;
    const own = tree.clone();
    this.#own.add(index);
    this.#orders.set(index, own);
    return own;
  }

  #ownChanges(): OrderedTree<Item> {
    if (this.#own.has("changes")) return this.#changes;
    this.#own.add("changes");
    this.#changes = this.#changes.clone();
    return this.#changes;
  }
}

/** Nothing is ever put into it. */
const empty: OrderedTree<Entry> = orderedTree();

export function isEntry(item: Item | undefined): item is Entry {
  return item !== undefined && "record" in item;
}

/** What moves change in one of the orders of a type. */
export function changesIn(index: IndexSpec, moves: readonly Move[]): TreeChange<Entry>[] {
  const changes: TreeChange<Entry>[] = [];
  for (const { former, item } of moves) {
    const before = isEntry(former) && former.record.type === index.type ? indexKey(index, former) : undefined;
    const after = isEntry(item) && item.record.type === index.type ? item : undefined;
    const key = after === undefined ? undefined : indexKey(index, after);
    if (before !== undefined && before !== key) changes.push({ key: before, value: undefined });
    if (key !== undefined) changes.push({ key, value: after });
  }
  return changes;
}

function changesOf(moves: readonly Move[]): TreeChange<Item>[] {
  const changes: TreeChange<Item>[] = [];
  for (const { former, item } of moves) {
    if (former !== undefined) changes.push({ key: placeInFeed(former), value: undefined });
    if (item !== undefined) changes.push({ key: placeInFeed(item), value: item });
  }
  return changes;
}

function placeInFeed(item: Item): string {
  return changeKey(isEntry(item) ? item.record.tenant : item.tombstone.tenant, item.change);
}

/** Of the records among them. */
function typesOf(moves: readonly Move[]): ReadonlySet<string> {
  const types = new Set<string>();
  for (const { former, item } of moves) {
    if (isEntry(item)) types.add(item.record.type);
    else if (isEntry(former)) types.add(former.record.type);
  }
  return types;
}
