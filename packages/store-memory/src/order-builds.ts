import { eventLoopTurn } from "@holdfast/core";
import type { CompiledModel, IndexSpec } from "./compiled-model.ts";
import type { Entry } from "./entry.ts";
import { indexKey } from "./index-key.ts";
import { changeTree, compareUnits, orderedTree } from "./ordered-tree.ts";
import type { Keyed, OrderedTree } from "./ordered-tree.ts";
import { rowsPerTurn } from "./rows-per-turn.ts";
import { sortInTurns } from "./sort-in-turns.ts";
import { changesIn, isEntry } from "./state-trees.ts";
import type { Item, Move } from "./state-trees.ts";

/** The records of a tree, which does not change meanwhile, in another order. Others have their turn. */
export async function inAnotherOrder(byId: OrderedTree<Entry>, index: IndexSpec): Promise<readonly Keyed<Entry>[]> {
  const keyed: Keyed<Entry>[] = [];
  for (const entry of byId.values()) {
    if (keyed.push({ key: indexKey(index, entry), value: entry }) % rowsPerTurn === 0) await eventLoopTurn();
  }
  return sortInTurns(keyed);
}

/** The same at once. */
export function inAnotherOrderAtOnce(byId: OrderedTree<Entry>, index: IndexSpec): readonly Keyed<Entry>[] {
  const keyed: Keyed<Entry>[] = [];
  for (const entry of byId.values()) keyed.push({ key: indexKey(index, entry), value: entry });
  return keyed.sort((a, b) => compareUnits(a.key, b.key));
}

/**
 * The records of these types in the order of their creation. They are taken in the order of their changes, which is almost
 * that: so there is little to sort.
 */
export async function inOrderOfCreation(
  changes: OrderedTree<Item>,
  model: CompiledModel,
  types: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly Entry[]>> {
  const keyed = new Map([...types].map((type): [string, Keyed<Entry>[]] => [type, []]));
  let seen = 0;
  for (const item of types.size === 0 ? [] : changes.values()) {
    if (++seen % rowsPerTurn === 0) await eventLoopTurn();
    if (!isEntry(item)) continue;
    const { type } = item.record;
    keyed.get(type)?.push({ key: indexKey(model.typeOf(type).byCreation, item), value: item });
  }
  const arranged = new Map<string, readonly Entry[]>();
  for (const [type, items] of keyed)
    arranged.set(
      type,
      (await sortInTurns(items)).map(({ value }) => value),
    );
  return arranged;
}

/** An order that is built from one state while others take its place: these get it too, so it is built once. */
export class OrderBuild<Owner extends object> {
  /** Resolves when `treeOf` answers. */
  readonly done: Promise<void>;
  readonly #index: IndexSpec;
  readonly #moves: Move[] = [];
  /** How many of the moves each of the states has behind it. */
  readonly #reached = new Map<Owner, number>();
  #tree: OrderedTree<Entry> = orderedTree();

  /** `whenBuilt` is called as soon as `treeOf` answers, with nothing in between. */
  constructor(index: IndexSpec, of: Owner, byId: OrderedTree<Entry>, whenBuilt: () => void) {
    this.#index = index;
    this.#reached.set(of, 0);
    this.done = inAnotherOrder(byId, index).then((items) => {
      this.#tree = orderedTree(items);
      whenBuilt();
    });
  }

  knows(state: Owner): boolean {
    return this.#reached.has(state);
  }

  /** One more state took the place of the latest, from which it differs by these moves. */
  follow(state: Owner, moves: readonly Move[]): void {
    for (const move of moves) this.#moves.push(move);
    this.#reached.set(state, this.#moves.length);
  }

  treeOf(state: Owner): OrderedTree<Entry> {
    const tree = this.#tree.clone();
    changeTree(tree, changesIn(this.#index, this.#moves.slice(0, this.#reached.get(state) ?? 0)));
    return tree;
  }
}
