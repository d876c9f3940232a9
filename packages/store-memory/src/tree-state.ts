import { randomUUID } from "node:crypto";
import type {
  DriverChange,
  DriverKey,
  FieldValues,
  KeyState,
  Layout,
  RecordText,
  Tombstone,
  TypeStats,
} from "@holdfast/core";
import { CompiledModel } from "./compiled-model.ts";
import type { IndexSpec } from "./compiled-model.ts";
import { valuesInOrder } from "./entry.ts";
import type { Buried, Entry } from "./entry.ts";
import { newFeed, withHold, withoutHold } from "./feed-marks.ts";
import type { FeedMarks } from "./feed-marks.ts";
import { behind, next, spanOf } from "./index-key.ts";
import type { Span } from "./index-key.ts";
import { KeyTable } from "./key-table.ts";
import { LiveKey } from "./live-key.ts";
import { LatestEntries } from "./latest-entries.ts";
import { LastMoves } from "./last-moves.ts";
import { inAnotherOrder, inOrderOfCreation, OrderBuild } from "./order-builds.ts";
import { changeTree, orderedTree, valuesAlong } from "./ordered-tree.ts";
import type { OrderedTree } from "./ordered-tree.ts";
import { rowsPerTurn } from "./rows-per-turn.ts";
import { changeKey, plainKey } from "./state-keys.ts";
import { StateOrders } from "./state-orders.ts";
import type { State, StateChange, StateDraft } from "./state.ts";
import { changesIn, isEntry, StateTrees } from "./state-trees.ts";
import type { Item, Move } from "./state-trees.ts";
import { Tallies } from "./tallies.ts";

export type StateMarks = Pick<State, "highWater" | "feed">;

/** What a state is made of, beside its marks. */
export interface StateParts {
  readonly orders: StateOrders;
  /** By `plainKey`. */
  readonly tombstones: OrderedTree<Buried>;
  readonly tallies: Tallies;
  readonly latest: LatestEntries<TreeState>;
}

/**
 * A state whose records stand in trees, but for those that were changed lately: the trees take these when somebody asks for
 * an order, or when they have become many.
 */
export class TreeState implements StateDraft {
  readonly model: CompiledModel;
  #highWater: number;
  #feed: FeedMarks;
  readonly #orders: StateOrders;
  readonly #tombstones: OrderedTree<Buried>;
  readonly #tallies: Tallies;
  readonly #latest: LatestEntries<TreeState>;
  /** Since it was cloned. */
  readonly #lastMoves = new LastMoves();
  /** The state that it is a clone of, if that was the latest. */
  #cloneOf: TreeState | undefined;
  /** Records of a type in the order of their creation, where no tree keeps that. */
  #arranged: ReadonlyMap<string, readonly Entry[]> = new Map();

  private constructor(model: CompiledModel, { highWater, feed }: StateMarks, parts: StateParts) {
    this.model = model;
    this.#highWater = highWater;
    this.#feed = feed;
    this.#orders = parts.orders;
    this.#tombstones = parts.tombstones;
    this.#tallies = parts.tallies;
    this.#latest = parts.latest;
  }

  /** A state that nothing was cloned from yet; the records of `latest` are its own from now on. */
  static of(model: CompiledModel, marks: StateMarks, parts: StateParts): TreeState {
    const state = new TreeState(model, marks, parts);
    parts.latest.moveTo(state, []);
    return state;
  }

  static empty(layout: Layout, store: string = randomUUID()): TreeState {
    const model = new CompiledModel(layout);
    const parts = {
      orders: new StateOrders(new StateTrees(model)),
      tombstones: orderedTree<Buried>(),
      tallies: Tallies.of(),
      latest: new LatestEntries<TreeState>(new KeyTable()),
    };
    return TreeState.of(model, { highWater: 0, feed: newFeed(store) }, parts);
  }

  clone(): TreeState {
    const isLatest = this.#latest.areOf(this);
    const draft = new TreeState(this.model, this, {
      orders: this.#orders.clone(isLatest ? "published" : "draft"),
      tombstones: this.#tombstones.clone(),
      tallies: this.#tallies.clone(),
      latest: this.#latest,
    });
    if (isLatest) draft.#cloneOf = this;
    return draft;
  }

  publish(before: State, changes: readonly StateChange[]): void {
    const former = this.#latest.owner;
    if (former === undefined || former !== before) {
      this.#orders.end();
    } else {
      const moves = this.#cloneOf === former ? this.#orders.moves : this.#movesSince(former, changes);
      this.#orders.follow(former.#orders, moves);
      this.#latest.moveTo(this, moves);
    }
    this.#lastMoves.forget();
    this.#cloneOf = undefined;
  }

  get highWater(): number {
    return this.#highWater;
  }

  get feed(): FeedMarks {
    return this.#feed;
  }

  get(key: DriverKey): Entry | undefined {
    if (this.#latest.areOf(this)) return this.#latest.get(key);
    const move = this.#lastMoves.at(key, this.#orders.moves);
    if (move !== undefined) return isEntry(move.item) ? move.item : undefined;
    const { owner } = this.#latest;
    return owner !== undefined && owner === this.#cloneOf ? this.#latest.get(key) : this.#orders.inherited(key);
  }

  keyState(key: DriverKey): KeyState | undefined {
    const entry = this.get(key);
    if (entry !== undefined) return new LiveKey(this.model, entry);
    const buried = this.buriedAt(key);
    return buried === undefined ? undefined : { kind: "buried", version: buried.tombstone.version };
  }

  buriedAt(key: DriverKey): Buried | undefined {
    return this.#tombstones.get(plainKey(key));
  }

  *buriedBehind(tenant: string, type: string, after: string | undefined): Iterable<Buried> {
    const { low, high } = spanOf(plainKey({ tenant, type, id: "" }));
    const from = after === undefined ? low : next(plainKey({ tenant, type, id: after }));
    for (const [key, buried] of this.#tombstones.entries(from, [])) {
      if (key >= high) return;
      yield buried;
    }
  }

  ready(index: IndexSpec): Promise<void> | undefined {
    const trees = this.#orders.settled();
    const isAtOnce = trees.order(index) !== undefined || trees.byId(index.type).size <= rowsPerTurn;
    return isAtOnce ? undefined : this.#build(index);
  }

  along(index: IndexSpec, span: Span, direction: "up" | "down"): Iterable<Entry> {
    return valuesAlong(this.#orders.order(index), span, direction);
  }

  async arrange(): Promise<void> {
    const trees = this.#orders.settled();
    const isKept = (type: string): boolean => trees.order(this.model.typeOf(type).byCreation) !== undefined;
    this.#arranged = await inOrderOfCreation(
      trees.changes,
      this.model,
      new Set(this.types().filter((type) => !isKept(type))),
    );
  }

  stats(): readonly TypeStats[] {
    return this.#tallies.stats();
  }

  tally(tenant: string, type: string): TypeStats {
    return this.#tallies.at({ tenant, type });
  }

  types(): readonly string[] {
    return this.#tallies.types();
  }

  entries(type: string): Iterable<Entry> {
    const { byCreation } = this.model.typeOf(type);
    return this.#arranged.get(type) ?? this.along(byCreation, spanOf(byCreation.prefix), "up");
  }

  *allEntries(): Iterable<Entry> {
    for (const type of this.types()) yield* this.entries(type);
  }

  buried(): Iterable<Buried> {
    return this.#tombstones.values();
  }

  *changedBehind(tenant: string, number: number): Iterable<readonly [number: number, change: DriverChange]> {
    const end = behind(`${tenant}\0`);
    for (const [key, item] of this.#orders.settled().changes.entries(next(changeKey(tenant, number)), [])) {
      if (key >= end) return;
      yield [item.change, changeOf(item)];
    }
  }

  apply(change: StateChange, number?: number): void {
    switch (change.kind) {
      case "put":
        this.#put(change.record, change.fields, number ?? this.#nextChange());
        break;
      case "bury":
        this.#bury(change.tombstone, number ?? this.#nextChange());
        break;
      case "forget":
        this.#forget(change.key);
        break;
      case "hold":
        this.#feed = withHold(this.#feed, change.hold);
        break;
      case "release":
        this.#feed = withoutHold(this.#feed, change.tenant, change.name);
        break;
      default:
        change satisfies never;
    }
  }

  mark({ highWater, feed }: StateMarks): void {
    this.#highWater = highWater;
    this.#feed = feed;
  }

  #put(record: RecordText, fields: FieldValues, change: number): void {
    const { fields: ordered } = this.model.typeOf(record.type);
    const entry = { record, values: valuesInOrder(ordered, fields), change };
    const before = this.get(record);
    const buried = before === undefined ? this.#unbury(record) : undefined;
    if (before === undefined) this.#tallies.add(record, { records: 1 });
    this.#move({ former: before ?? buried, item: entry });
    this.#highWater = Math.max(this.#highWater, record.created, record.updated);
  }

  #bury(tombstone: Tombstone, change: number): void {
    const before = this.get(tombstone);
    const former = before ?? this.#unbury(tombstone);
    if (before !== undefined) this.#tallies.add(tombstone, { records: -1 });
    const buried = { tombstone, change };
    this.#tombstones.set(plainKey(tombstone), buried);
    this.#move({ former, item: buried });
    this.#tallies.add(tombstone, { tombstones: 1 });
    this.#highWater = Math.max(this.#highWater, tombstone.deleted);
  }

  /** Followers that have not seen the tombstone by now never will. */
  #forget(key: DriverKey): void {
    const former = this.#unbury(key);
    if (former !== undefined) this.#move({ former, item: undefined });
    const change = former?.change ?? 0;
    const highest = this.#feed.pruned.get(key.tenant) ?? 0;
    if (change <= highest) return;
    this.#feed = { ...this.#feed, pruned: new Map([...this.#feed.pruned, [key.tenant, change]]) };
  }

  #move(move: Move): void {
    this.#orders.add(move);
    this.#lastMoves.add(move, this.#orders.moves);
  }

  #unbury(key: DriverKey): Buried | undefined {
    const buried = this.buriedAt(key);
    if (buried === undefined) return undefined;
    this.#tombstones.delete(plainKey(key));
    this.#tallies.add(key, { tombstones: -1 });
    return buried;
  }

  /**
   * An order that the latest state lacks is built for all that follow it, whatever becomes of the draft that asks for it; any
   * other state builds its own.
   */
  async #build(index: IndexSpec): Promise<void> {
    const { builds } = this.#latest;
    const former = this.#cloneOf;
    if (former !== undefined && this.#latest.areOf(former)) {
      const waiting = former.ready(index);
      if (waiting !== undefined) await waiting;
      const tree = former.#orders.order(index).clone();
      changeTree(tree, changesIn(index, this.#orders.moves));
      this.#orders.keep(index, tree);
      return;
    }
    const byId = this.#orders.settled().byId(index.type);
    if (this.#latest.areOf(this) && !builds.has(index)) {
      const whenBuilt = (): void => {
        builds.delete(index);
        const { owner } = this.#latest;
        if (owner !== undefined) owner.#orders.keep(index, build.treeOf(owner));
      };
      const build = new OrderBuild<TreeState>(index, this, byId, whenBuilt);
      builds.set(index, build);
    }
    const build = builds.get(index);
    if (build?.knows(this) !== true) {
      this.#orders.keep(index, orderedTree(await inAnotherOrder(byId, index)));
      return;
    }
    await build.done;
    if (this.#orders.settled().order(index) === undefined) this.#orders.keep(index, build.treeOf(this));
  }

  #movesSince(former: TreeState, changes: readonly StateChange[]): readonly Move[] {
    const moves: Move[] = [];
    for (const change of changes) {
      if (change.kind === "hold" || change.kind === "release") continue;
      const key = change.kind === "put" ? change.record : change.kind === "bury" ? change.tombstone : change.key;
      moves.push({ former: former.#itemAt(key), item: this.#itemAt(key) });
    }
    return moves;
  }

  #itemAt(key: DriverKey): Item | undefined {
    return this.get(key) ?? this.buriedAt(key);
  }

  #nextChange(): number {
    this.#feed = { ...this.#feed, changes: this.#feed.changes + 1 };
    return this.#feed.changes;
  }
}

function changeOf(item: Item): DriverChange {
  if (isEntry(item)) return { kind: "put", record: item.record };
  return { kind: "delete", tombstone: item.tombstone };
}
