import { randomUUID } from "node:crypto";
import { documentFields, eventLoopTurn, HoldfastError, liftNothing, modelRefused, parseBody } from "@holdfast/core";
import type {
  Document,
  DriverKey,
  FieldValues,
  JsonObject,
  Layout,
  Lift,
  RecordText,
  Tombstone,
  TypeStats,
} from "@holdfast/core";
import { isSameLayout } from "./check-upgrade.ts";
import { CompiledModel } from "./compiled-model.ts";
import type { IndexSpec, TypeModel } from "./compiled-model.ts";
import { valuesInOrder } from "./entry.ts";
import type { Buried, Entry } from "./entry.ts";
import { newFeed } from "./feed-marks.ts";
import { indexKey } from "./index-key.ts";
import { KeyTable } from "./key-table.ts";
import { LatestEntries } from "./latest-entries.ts";
import type { SavedPiece, SavedState } from "./medium.ts";
import { numberChanges } from "./number-changes.ts";
import type { Numbered } from "./number-changes.ts";
import { compareUnits, orderedTree } from "./ordered-tree.ts";
import type { Keyed, OrderedTree } from "./ordered-tree.ts";
import { rowsPerTurn } from "./rows-per-turn.ts";
import { sortInTurns } from "./sort-in-turns.ts";
import type { State } from "./state.ts";
import { StateOrders } from "./state-orders.ts";
import { StateTrees } from "./state-trees.ts";
import type { Item } from "./state-trees.ts";
import { plainKey } from "./state-keys.ts";
import { Tallies } from "./tallies.ts";
import { TreeState } from "./tree-state.ts";

/** What a state is loaded for. */
export interface LoadOptions {
  readonly layout: Layout;
  /** For the fields of documents of older forms. */
  readonly lift: Lift;
  /** Named in errors. */
  readonly place: string;
  /** Names a store that has no name yet. @default a random UUID */
  readonly newStore?: () => string;
}

/**
 * Builds all orders anew under `layout`, so fields and indexes that are new for old records are filled. STORE_CORRUPT
 * where a key is there twice. A document that does not bear a new layout is INVALID_ENTITY or INDEX_VALUE_TOO_LARGE,
 * with all its like.
 */
export async function loadState(
  saved: SavedState,
  { layout, lift, place, newStore = randomUUID }: LoadOptions,
): Promise<State> {
  const model = new CompiledModel(layout);
  const isUpgrade = !isSameLayout(saved.layout, layout);
  const loaded = new LoadedPieces(model, saved.highWater, isUpgrade ? lift : lenient(lift));
  for await (const pieces of saved.pieces) {
    for (const piece of pieces) {
      loaded.add(piece);
      if (loaded.count % rowsPerTurn === 0) await eventLoopTurn();
    }
  }
  loaded.throwUnfit(isUpgrade);
  const { ordered: changes, highest } = await numberChanges(loaded.all(), saved.feed?.changes ?? 0);
  const byKey = new KeyTable<Entry>();
  for (const type of loaded.types()) for (const entry of loaded.entriesOf(type)) byKey.set(entry.record, entry);
  const orders = new Map<IndexSpec, OrderedTree<Entry>>();
  for (const index of loaded.types().flatMap((type) => model.typeOf(type).alwaysKept)) {
    const keyed = loaded.entriesOf(index.type).map((entry) => ({ key: indexKey(index, entry), value: entry }));
    const entries = await sortInTurns(keyed);
    checkOnce(entries, ({ record }) => record, place);
    orders.set(index, orderedTree(entries));
    await eventLoopTurn();
  }
  const tombstones = await sortInTurns(loaded.buried.map((value) => ({ key: plainKey(value.tombstone), value })));
  const tallies = await sortInTurns(loaded.tallies().map((each) => Tallies.keyed(each)));
  checkOnce(tombstones, ({ tombstone }) => tombstone, place);
  const parts = {
    orders: new StateOrders(new StateTrees(model, orders, orderedTree<Item>(changes))),
    tombstones: orderedTree<Buried>(tombstones),
    tallies: Tallies.of(tallies),
    latest: new LatestEntries<TreeState>(byKey),
  };
  const feed = { ...(saved.feed ?? newFeed(newStore())), changes: highest };
  const state = TreeState.of(model, { highWater: loaded.highWater, feed }, parts);
  for (const { tombstone } of loaded.buried)
    if (state.get(tombstone) !== undefined) throw storedTwice(tombstone, place);
  return state;
}

const noFields: FieldValues = new Map();

interface Tally {
  records: number;
  tombstones: number;
}

/** What was saved, as far as it is read. */
class LoadedPieces {
  readonly buried: Numbered<Buried>[] = [];
  count = 0;
  highWater: number;
  readonly #model: CompiledModel;
  readonly #lift: Lift;
  readonly #unfit: HoldfastError[] = [];
  readonly #unfitRecords: JsonObject[] = [];
  readonly #entries = new Map<string, Numbered<Entry>[]>();
  readonly #tallies = new Map<string, Map<string, Tally>>();
  readonly #names = new Map<string, string>();

  constructor(model: CompiledModel, highWater: number, lift: Lift) {
    this.#model = model;
    this.highWater = highWater;
    this.#lift = lift;
  }

  /** Throws where documents do not fit the model: all of them, where they were stored under another model. */
  throwUnfit(isUpgrade: boolean): void {
    const [first] = this.#unfit;
    if (first === undefined) return;
    if (!isUpgrade) throw first;
    const code = first.code === "INDEX_VALUE_TOO_LARGE" ? first.code : "INVALID_ENTITY";
    throw modelRefused(code, this.#unfitRecords);
  }

  /** In the order that keys have. */
  types(): readonly string[] {
    return [...this.#entries.keys()].sort(compareUnits);
  }

  entriesOf(type: string): readonly Entry[] {
    return this.#entries.get(type) ?? [];
  }

  all(): readonly (Numbered<Entry> | Numbered<Buried>)[] {
    return [...[...this.#entries.values()].flat(), ...this.buried];
  }

  tallies(): readonly TypeStats[] {
    return [...this.#tallies].flatMap(([type, tallies]) =>
      [...tallies].map(([tenant, tally]) => ({ tenant, type, ...tally })),
    );
  }

  add(piece: SavedPiece): void {
    this.count++;
    const { change = 0 } = piece;
    if (piece.kind === "record") this.#addRecord(piece.record, piece.body, change);
    else this.#addTombstone(piece.tombstone, change);
  }

  #addRecord(saved: RecordText, body: JsonObject | undefined, change: number): void {
    const record = this.#named(saved);
    const type = this.#model.typeOf(record.type);
    const entry = { record, values: valuesInOrder(type.fields, this.#fieldsOf(type, record, body)), change };
    const siblings = this.#entries.get(record.type);
    if (siblings === undefined) this.#entries.set(record.type, [entry]);
    else siblings.push(entry);
    this.#tallyOf(record).records++;
    this.highWater = Math.max(this.highWater, record.created, record.updated);
  }

  #fieldsOf({ declared, fields }: TypeModel, record: RecordText, parsed: JsonObject | undefined): FieldValues {
    const { type, tenant, id, documentVersion } = record;
    if (fields.length === 0) return noFields;
    try {
      const body = parsed ?? parseBody(record);
      return documentFields(declared, this.#lift, { type, id, documentVersion, body }).fields;
    } catch (thrown) {
      if (!HoldfastError.is(thrown)) throw thrown;
      this.#unfit.push(thrown);
      this.#unfitRecords.push({ tenant, type, id, reason: thrown.message });
      return new Map();
    }
  }

  #addTombstone(tombstone: Tombstone, change: number): void {
    this.buried.push({ tombstone: this.#named(tombstone), change });
    this.#tallyOf(tombstone).tombstones++;
    this.highWater = Math.max(this.highWater, tombstone.deleted);
  }

  #tallyOf({ tenant, type }: DriverKey): Tally {
    const tallies = this.#tallies.get(type) ?? new Map<string, Tally>();
    const tally = tallies.get(tenant) ?? { records: 0, tombstones: 0 };
    this.#tallies.set(type, tallies.set(tenant, tally));
    return tally;
  }

  /** A million records share a few names of types and tenants: one string for each name will do. */
  #named<Key extends DriverKey>(key: Key): Key {
    return { ...key, type: this.#one(key.type), tenant: this.#one(key.tenant) };
  }

  #one(name: string): string {
    const known = this.#names.get(name);
    if (known === undefined) this.#names.set(name, name);
    return known ?? name;
  }
}

function checkOnce<V>(items: readonly Keyed<V>[], keyOf: (value: V) => DriverKey, place: string): void {
  let last = "";
  for (const { key, value } of items) {
    if (key === last) throw storedTwice(keyOf(value), place);
    last = key;
  }
}

/** Leaves a document as it is that cannot be lifted, or from which nothing can be derived: `check()` tells of it. */
export function lenient(lift: Lift): Lift {
  const { derive } = lift;
  const asLifted: Lift = (document) => unlessRefused(() => lift(document)) ?? liftNothing(document);
  if (derive === undefined) return asLifted;
  return Object.assign(asLifted, { derive: (document: Document) => unlessRefused(() => derive(document)) ?? {} });
}

function unlessRefused<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (thrown) {
    if (!HoldfastError.is(thrown)) throw thrown;
    return undefined;
  }
}

function storedTwice({ tenant, type, id }: DriverKey, place: string): HoldfastError {
  return new HoldfastError(`${place} holds the "${type}" ${JSON.stringify(id)} of tenant "${tenant}" twice`, {
    code: "STORE_CORRUPT",
    details: { place, tenant, type, id },
  });
}
