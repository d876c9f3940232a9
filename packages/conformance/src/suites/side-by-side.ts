import assert from "node:assert/strict";

import type { JsonObject, JsonValue, Lift, OpenOptions, Store, StoredRecord, TypeLayout } from "@holdfast/core";

import { exclusive, sharable } from "../behaviour.ts";
import type { Bench, Theme } from "../behaviour.ts";
import { eventually } from "../eventually.ts";
import { problemsOf, range, show } from "../shorthand.ts";

/** Two versions of an application on one place, for an hour by the clock that both are given. */
export const sideBySide: Theme = {
  name: "an old and a new version of an application",
  behaviours: [
    sharable("lose and mix up nothing while both are at work on one place", async (bench) => {
      await using hour = new Hour(bench, 1);
      const [old, young] = [await hour.openFirst(oldApplication), await hour.open(youngApplication)];
      for (const at of range(1_500)) await hour.step(at % 5 < 2 ? old : young);
      await hour.end();
    }),
    sharable("lose and mix up nothing while processes of both come and go", async (bench) => {
      await using hour = new Hour(bench, 2);
      let sides = [await hour.openFirst(oldApplication), await hour.open(youngApplication)];
      for (const at of range(1_000)) {
        const side = sides[hour.random(2)];
        assert.ok(side !== undefined);
        await hour.step(side);
        if (at % 100 !== 99) continue;
        await side.store.close();
        const opened = await hour.open(side.application);
        sides = sides.map((each) => (each === side ? opened : each));
      }
      await hour.end();
    }),
    exclusive("lose and mix up nothing when they take turns on one place", async (bench) => {
      await using hour = new Hour(bench, 3);
      let side = await hour.openFirst(oldApplication);
      for (const at of range(500)) {
        await hour.step(side);
        if (at % 50 !== 49) continue;
        await side.store.close();
        side = await hour.open(side.application === oldApplication ? youngApplication : oldApplication);
      }
      await hour.end();
    }),
  ],
};

interface Application {
  readonly version: number;
  readonly model: NonNullable<OpenOptions["model"]>;
}

interface Side {
  readonly application: Application;
  readonly store: Store;
}

const plain: TypeLayout = {
  type: "Job",
  schemaVersion: 1,
  fields: [
    { name: "name", kind: "string" },
    { name: "rank", kind: "number" },
  ],
  indexes: [
    { fields: ["name"], unique: false },
    { fields: ["rank"], unique: false },
  ],
  references: [],
};

/** The new version knows a colour, lifts a label out of the name, and declares what the old one keeps undeclared. */
const youngLift: Lift = (document) => {
  if (document.type !== "Job" || document.documentVersion > 1) return document;
  const { name } = document.body;
  return { ...document, documentVersion: 2, body: { ...document.body, label: `${show(name)}!` } };
};

const fields = ["color", "label", "name", "rank"] as const;

const oldApplication: Application = { version: 1, model: { layout: { types: [plain] } } };
const youngApplication: Application = {
  version: 2,
  model: {
    layout: {
      types: [
        {
          ...plain,
          schemaVersion: 2,
          fields: fields.map((name) => ({ name, kind: name === "rank" ? "number" : "string" })),
          indexes: fields.map((name) => ({ fields: [name], unique: false })),
        },
        {
          type: "Note",
          schemaVersion: 1,
          fields: [{ name: "name", kind: "string" }],
          indexes: [{ fields: ["name"], unique: false }],
          references: [],
        },
      ],
    },
    lift: youngLift,
  },
};

/** What is done in the hour, and what must be stored by it: a plain map. */
class Hour {
  readonly #bench: Bench;
  readonly #kept = new Map<string, StoredRecord>();
  readonly #open = new Set<Store>();
  #first: Store | undefined;
  #seed: number;
  #now = 1_800_000_000_000_000;

  constructor(bench: Bench, seed: number) {
    this.#bench = bench;
    this.#seed = seed;
  }

  /** From 0, below `count`. The same numbers for the same seed. */
  random(count: number): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#seed / 2 ** 32) * count);
  }

  async openFirst(application: Application): Promise<Side> {
    this.#first = await this.#bench.open(this.#options(application));
    this.#open.add(this.#first);
    return { application, store: this.#first };
  }

  async open(application: Application): Promise<Side> {
    assert.ok(this.#first !== undefined);
    const store = await this.#bench.reopen(this.#first, this.#options(application));
    this.#open.add(store);
    return { application, store };
  }

  /** One thing that an application does: about three seconds later. */
  async step({ application, store }: Side): Promise<void> {
    this.#now += this.random(6_000_000);
    const [type, id] = [this.random(4) === 0 ? "Note" : "Job", `r${this.random(40)}`];
    const kept = this.#kept.get(`${type} ${id}`);
    const [found] = await store.get(type, [id]);
    assert.deepEqual(found, kept);
    switch (this.random(8)) {
      case 0:
        await store.write([{ delete: { type, id }, expect: "any" }]);
        this.#kept.delete(`${type} ${id}`);
        break;
      case 1:
        await this.#lookAround(store, kept);
        break;
      default:
        await this.#save(application, store, { type, id }, found);
    }
  }

  /** A new process of the new version finds by every index what a look at every record finds. */
  async end(): Promise<void> {
    for (const store of this.#open) await store.close();
    const { store } = await this.open(youngApplication);
    for (const type of ["Job", "Note"]) {
      const { records } = await store.find({ type, limit: 10_000 });
      assert.deepEqual(
        new Map(records.map((record) => [`${type} ${record.id}`, record])),
        new Map([...this.#kept].filter(([key]) => key.startsWith(type))),
      );
      for (const field of type === "Job" ? fields : ["name"]) {
        await eventually(() => compareIndex(store, type, field, records));
      }
    }
    assert.deepEqual(await problemsOf(store), []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const store of this.#open) await store.close();
  }

  #options({ model }: Application): OpenOptions {
    const stamps = { now: () => ++this.#now, newId: () => `${this.#now}` };
    return { model, stamps, durability: "process-crash" };
  }

  /** As a repository does it: an old version leaves newer documents alone, and all keep what they do not know. */
  async #save(
    { version }: Application,
    store: Store,
    { type, id }: { readonly type: string; readonly id: string },
    found: StoredRecord | undefined,
  ): Promise<void> {
    if (found !== undefined && found.documentVersion > version) return;
    const documentVersion = type === "Job" ? version : 1;
    const read = found === undefined ? {} : (version === 2 ? youngLift(found) : found).body;
    const own = documentVersion === 2 ? { label: `l${this.random(5)}` } : {};
    const color: JsonObject = this.random(3) === 0 ? { color: `c${this.random(5)}` } : {};
    const body = { ...read, name: `n${this.random(5)}`, rank: this.random(5), ...color, ...own };
    const expect = found === undefined ? ("absent" as const) : found.version;
    const [result] = await store.write([{ put: { type, id, documentVersion, body }, expect }]);
    assert.ok(result?.ok === true && result.record !== undefined);
    this.#kept.set(`${type} ${id}`, result.record);
  }

  /** By what both versions declare. */
  async #lookAround(store: Store, kept: StoredRecord | undefined): Promise<void> {
    const name = kept?.body["name"] ?? "n1";
    assert.ok(typeof name === "string");
    const { records } = await store.find({ type: "Job", where: { name }, limit: 10_000 });
    const wanted = [...this.#kept.values()].filter(({ type, body }) => type === "Job" && body["name"] === name);
    assert.deepEqual(idsOf(records), idsOf(wanted));
  }
}

/** What an index finds is what a look at every record finds. */
async function compareIndex(
  store: Store,
  type: string,
  field: string,
  records: readonly StoredRecord[],
): Promise<void> {
  const counts = await store.countBy(type, field);
  const scanned = new Map<JsonValue, number>();
  for (const record of records) {
    const value = youngLift(record).body[field] ?? null;
    scanned.set(value, (scanned.get(value) ?? 0) + 1);
  }
  assert.deepEqual(counts, scanned);
  for (const value of counts.keys()) {
    const { records: found } = await store.find({ type, where: { [field]: value }, limit: 10_000 });
    const wanted = records.filter((record) => (youngLift(record).body[field] ?? null) === value);
    assert.deepEqual(idsOf(found), idsOf(wanted));
  }
}

function idsOf(records: readonly StoredRecord[]): readonly string[] {
  return records.map(({ id }) => id).sort();
}
