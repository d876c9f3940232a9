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
import { valuesInOrder } from "./entry.ts";
import type { Buried, Entry } from "./entry.ts";
import { newFeed, withHold, withoutHold } from "./feed-marks.ts";
import type { FeedMarks } from "./feed-marks.ts";
import { behind, indexKey, next, spanOf } from "./index-key.ts";
import type { Span } from "./index-key.ts";
import { KeyTable } from "./key-table.ts";
import { LiveKey } from "./live-key.ts";
import { LatestEntries } from "./latest-entries.ts";
import type { Became } from "./latest-entries.ts";
import { orderedTree } from "./ordered-tree.ts";
import type { OrderedTree } from "./ordered-tree.ts";
import { changeKey, plainKey, primaryKey, tallyKey } from "./state-keys.ts";
import type { State, StateChange, StateDraft } from "./state.ts";

/** However many types there are, a state is four trees. */
export interface StateTrees {
  /** The records in all their orders, by `indexKey`. */
  readonly entries: OrderedTree<Entry>;
  /** By `plainKey`. */
  readonly tombstones: OrderedTree<Buried>;
  /** Records and tombstones in the order of their changes, by `changeKey`. */
  readonly changes: OrderedTree<Entry | Buried>;
  /** How many records and tombstones a type has in a tenant, by `tallyKey`. */
  readonly tallies: OrderedTree<TypeStats>;
}

export type StateMarks = Pick<State, "highWater" | "feed">;

export class TreeState implements StateDraft {
  readonly model: CompiledModel;
  #highWater: number;
  #feed: FeedMarks;
  readonly #trees: StateTrees;
  readonly #latest: LatestEntries;
  /** Of a clone of the latest state: that state, and what became of records since. */
  #since: { readonly state: State; readonly changed: KeyTable<Became> } | undefined;

  private constructor(model: CompiledModel, { highWater, feed }: StateMarks, trees: StateTrees, latest: LatestEntries) {
    this.model = model;
    this.#highWater = highWater;
    this.#feed = feed;
    this.#trees = trees;
    this.#latest = latest;
  }

  /** A state that nothing was cloned from yet; `byKey` holds its records, and is its own from now on. */
  static of(model: CompiledModel, marks: StateMarks, trees: StateTrees, byKey: KeyTable<Entry>): TreeState {
    const latest = new LatestEntries(byKey);
    const state = new TreeState(model, marks, trees, latest);
    latest.moveTo(state, []);
    return state;
  }

  static empty(layout: Layout, store: string = randomUUID()): TreeState {
    const trees = {
      entries: orderedTree<Entry>(),
      tombstones: orderedTree<Buried>(),
      changes: orderedTree<Entry | Buried>(),
      tallies: orderedTree<TypeStats>(),
    };
    return TreeState.of(new CompiledModel(layout), { highWater: 0, feed: newFeed(store) }, trees, new KeyTable());
  }

  clone(): TreeState {
    const { entries, tombstones, changes, tallies } = this.#trees;
    const trees = {
      entries: entries.clone(),
      tombstones: tombstones.clone(),
      changes: changes.clone(),
      tallies: tallies.clone(),
    };
    const draft = new TreeState(this.model, this, trees, this.#latest);
    if (this.#latest.areOf(this)) draft.#since = { state: this, changed: new KeyTable() };
    return draft;
  }

  publish(before: State, changes: readonly StateChange[]): void {
    const since = this.#since;
    this.#since = undefined;
    if (!this.#latest.areOf(before)) return;
    this.#latest.moveTo(this, since?.changed.entries() ?? this.#entriesOf(changes));
  }

  get highWater(): number {
    return this.#highWater;
  }

  get feed(): FeedMarks {
    return this.#feed;
  }

  get(key: DriverKey): Entry | undefined {
    if (this.#latest.areOf(this)) return this.#latest.get(key);
    const since = this.#since;
    if (since === undefined || !this.#latest.areOf(since.state)) return this.#inTree(key);
    const became = since.changed.get(key) ?? this.#latest.get(key);
    return became === "gone" ? undefined : became;
  }

  keyState(key: DriverKey): KeyState | undefined {
    const entry = this.get(key);
    if (entry !== undefined) return new LiveKey(this.model, entry);
    const buried = this.buriedAt(key);
    return buried === undefined ? undefined : { kind: "buried", version: buried.tombstone.version };
  }

  buriedAt(key: DriverKey): Buried | undefined {
    return this.#trees.tombstones.get(plainKey(key));
  }

  *buriedBehind(tenant: string, type: string, after: string | undefined): Iterable<Buried> {
    const { low, high } = spanOf(plainKey({ tenant, type, id: "" }));
    const from = after === undefined ? low : next(plainKey({ tenant, type, id: after }));
    for (const [key, buried] of this.#trees.tombstones.entries(from, [])) {
      if (key >= high) return;
      yield buried;
    }
  }

  along(span: Span, direction: "up" | "down"): Iterable<Entry> {
    return direction === "up" ? this.#upwards(span) : this.#downwards(span);
  }

  stats(): readonly TypeStats[] {
    const byTenant = (a: TypeStats, b: TypeStats): number => (a.tenant < b.tenant ? -1 : a.tenant > b.tenant ? 1 : 0);
    return [...this.#trees.tallies.values()].sort(byTenant);
  }

  tally(tenant: string, type: string): TypeStats {
    return this.#trees.tallies.get(tallyKey({ tenant, type })) ?? { tenant, type, records: 0, tombstones: 0 };
  }

  types(): readonly string[] {
    return [...new Set([...this.#trees.tallies.values()].map(({ type }) => type))];
  }

  entries(type: string): Iterable<Entry> {
    return this.along(spanOf(this.model.typeOf(type).byCreation.prefix), "up");
  }

  *allEntries(): Iterable<Entry> {
    for (const type of this.types()) yield* this.entries(type);
  }

  buried(): Iterable<Buried> {
    return this.#trees.tombstones.values();
  }

  *changedBehind(tenant: string, number: number): Iterable<readonly [number: number, change: DriverChange]> {
    const end = behind(`${tenant}\0`);
    for (const [key, item] of this.#trees.changes.entries(next(changeKey(tenant, number)), [])) {
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
    const type = this.model.typeOf(record.type);
    const entry = { record, values: valuesInOrder(type.fields, fields), change };
    const before = this.get(record);
    this.#since?.changed.set(record, entry);
    for (const index of type.indexes) {
      const key = indexKey(index, entry);
      const former = before === undefined ? key : indexKey(index, before);
      if (former !== key) this.#trees.entries.delete(former);
      this.#trees.entries.set(key, entry);
    }
    this.#leaveFeed(record.tenant, before);
    this.#trees.changes.set(changeKey(record.tenant, entry.change), entry);
    if (before === undefined) {
      this.#unbury(record);
      this.#count(record, { records: 1, tombstones: 0 });
    }
    this.#highWater = Math.max(this.#highWater, record.created, record.updated);
  }

  #bury(tombstone: Tombstone, change: number): void {
    this.#remove(this.get(tombstone));
    this.#unbury(tombstone);
    const buried = { tombstone, change };
    this.#trees.tombstones.set(plainKey(tombstone), buried);
    this.#trees.changes.set(changeKey(tombstone.tenant, buried.change), buried);
    this.#count(tombstone, { records: 0, tombstones: 1 });
    this.#highWater = Math.max(this.#highWater, tombstone.deleted);
  }

  #inTree(key: DriverKey): Entry | undefined {
    return this.#trees.entries.get(primaryKey(this.model, key));
  }

  *#entriesOf(changes: readonly StateChange[]): Iterable<readonly [key: DriverKey, became: Became]> {
    for (const change of changes) {
      if (change.kind !== "put" && change.kind !== "bury") continue;
      const key = change.kind === "put" ? change.record : change.tombstone;
      yield [key, this.#inTree(key) ?? "gone"];
    }
  }

  *#upwards({ low, high }: Span): Iterable<Entry> {
    for (const [key, entry] of this.#trees.entries.entries(low, [])) {
      if (key >= high) return;
      yield entry;
    }
  }

  *#downwards({ low, high }: Span): Iterable<Entry> {
    for (const [key, entry] of this.#trees.entries.entriesReversed(high, [], true)) {
      if (key < low) return;
      yield entry;
    }
  }

  #remove(entry: Entry | undefined): void {
    if (entry === undefined) return;
    this.#since?.changed.set(entry.record, "gone");
    for (const index of this.model.typeOf(entry.record.type).indexes)
      this.#trees.entries.delete(indexKey(index, entry));
    this.#leaveFeed(entry.record.tenant, entry);
    this.#count(entry.record, { records: -1, tombstones: 0 });
  }

  #unbury(key: DriverKey): Buried | undefined {
    const buried = this.buriedAt(key);
    if (buried === undefined) return undefined;
    this.#trees.tombstones.delete(plainKey(key));
    this.#leaveFeed(key.tenant, buried);
    this.#count(key, { records: 0, tombstones: -1 });
    return buried;
  }

  /** Followers that have not seen the tombstone by now never will. */
  #forget(key: DriverKey): void {
    const change = this.#unbury(key)?.change ?? 0;
    const highest = this.#feed.pruned.get(key.tenant) ?? 0;
    if (change <= highest) return;
    this.#feed = { ...this.#feed, pruned: new Map([...this.#feed.pruned, [key.tenant, change]]) };
  }

  #nextChange(): number {
    this.#feed = { ...this.#feed, changes: this.#feed.changes + 1 };
    return this.#feed.changes;
  }

  #leaveFeed(tenant: string, former: Entry | Buried | undefined): void {
    if (former !== undefined) this.#trees.changes.delete(changeKey(tenant, former.change));
  }

  #count({ tenant, type }: DriverKey, more: { readonly records: number; readonly tombstones: number }): void {
    const before = this.tally(tenant, type);
    const records = before.records + more.records;
    const tombstones = before.tombstones + more.tombstones;
    const key = tallyKey({ tenant, type });
    if (records + tombstones === 0) this.#trees.tallies.delete(key);
    else this.#trees.tallies.set(key, { tenant, type, records, tombstones });
  }
}

function changeOf(item: Entry | Buried): DriverChange {
  if ("record" in item) return { kind: "put", record: item.record };
  return { kind: "delete", tombstone: item.tombstone };
}
