import type { PowerCutRules } from "./power-cut-rules.ts";
import type { Chance } from "@holdfast-tooling/chance";

/** What one operation does to names: each then leads to the node of this number, or nowhere. */
type NameChange = readonly (readonly [name: string, node: number | undefined])[];

export type Names = ReadonlyMap<string, number>;

/** As many pending changes have 1,957 orders of all their subsets: beyond that, they are sampled. */
const enumeratedChanges = 6;
const sampledOrders = 512;

/** A folder's names as programs see them, and as the medium may hold them. */
export class FolderNode {
  #live: Names;
  #durable: Names;
  #pending: readonly NameChange[];

  private constructor(live: Names, durable: Names, pending: readonly NameChange[]) {
    this.#live = live;
    this.#durable = durable;
    this.#pending = pending;
  }

  static settled(names: Names = new Map()): FolderNode {
    return new FolderNode(names, names, []);
  }

  get live(): Names {
    return this.#live;
  }

  copy(): FolderNode {
    return new FolderNode(this.#live, this.#durable, this.#pending);
  }

  change(change: NameChange): void {
    this.#live = changed(this.#live, [change]);
    this.#pending = [...this.#pending, change];
  }

  /** As if the name had been there on the medium since long ago. */
  place(name: string, node: number): void {
    this.#live = changed(this.#live, [[[name, node]]]);
    this.#durable = changed(this.#durable, [[[name, node]]]);
  }

  sync(): void {
    this.#durable = this.#live;
    this.#pending = [];
  }

  /** Whether a name of this node is not on the medium yet. */
  isPending(node: number): boolean {
    return this.#pending.some((change) => change.some(([, to]) => to === node));
  }

  /** Every set of names that a power cut may leave, each once. */
  outcomes(rules: Pick<PowerCutRules, "names">, chance: Chance): readonly Names[] {
    const orders = rules.names === "ordered" ? prefixes(this.#pending) : this.#anyOrders(chance);
    const distinct = new Map<string, Names>();
    for (const order of orders) {
      const names = changed(this.#durable, order);
      distinct.set(JSON.stringify([...names].sort(([a], [b]) => (a < b ? -1 : 1))), names);
    }
    return [...distinct.values()];
  }

  *#anyOrders(chance: Chance): Iterable<readonly NameChange[]> {
    if (this.#pending.length <= enumeratedChanges) {
      yield* orderedSubsets(this.#pending);
      return;
    }
    yield* prefixes(this.#pending);
    for (let sample = 0; sample < sampledOrders; sample++) {
      const rest = [...this.#pending];
      const length = chance.below(rest.length + 1);
      yield Array.from({ length }, () => rest.splice(chance.below(rest.length), 1)).flat();
    }
  }
}

function changed(names: Names, changes: readonly NameChange[]): Names {
  const next = new Map(names);
  for (const [name, node] of changes.flat()) {
    if (node === undefined) next.delete(name);
    else next.set(name, node);
  }
  return next;
}

function* prefixes<T>(items: readonly T[]): Iterable<readonly T[]> {
  for (let length = 0; length <= items.length; length++) yield items.slice(0, length);
}

function* orderedSubsets<T>(items: readonly T[]): Iterable<readonly T[]> {
  yield [];
  for (const [at, item] of items.entries()) {
    for (const rest of orderedSubsets(items.toSpliced(at, 1))) yield [item, ...rest];
  }
}
