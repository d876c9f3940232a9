import assert from "node:assert/strict";

import { HoldfastError } from "@holdfast/core";
import type { ChangeCursor, Document, ErrorCode, Layout, Lift, Store, TypeLayout, WriteOp } from "@holdfast/core";

import { persistent } from "../behaviour.ts";
import type { Bench, Theme } from "../behaviour.ts";
import { eventually } from "../eventually.ts";
import { insert, put, remove } from "../ops.ts";
import { failure } from "../refusal.ts";
import { findIds, problemsOf, range, read, readStored, save, writeAll } from "../shorthand.ts";

/** Records enough for several batches of whatever brings them over. */
const many = 1_100;

export const layout: Theme = {
  name: "a model that changes",
  behaviours: [
    persistent("finds the records of a type that is declared now, as they were", async (bench) => {
      const before = await filled(bench, modelOf(), async (store) => {
        await writeAll(
          store,
          range(many).map((at) => insert("Note", `n${at}`, { text: `t${at % 10}`, at })),
        );
        await writeAll(store.tenant("other"), [insert("Note", "n0", { text: "t3" }), insert("Loose", "l")]);
        await writeAll(store, [remove("Note", "n3"), put("Note", "n13", { text: "t3" })]);
        return [await readStored(store, "Note", "n13"), await readStored(store.tenant("other"), "Note", "n0")];
      });
      await using store = await bench.reopen(before.store, modelOf(typeOf("Note", ["text"])));
      assert.deepEqual(
        [await readStored(store, "Note", "n13"), await readStored(store.tenant("other"), "Note", "n0")],
        before.result,
      );
      assert.equal(await store.count("Note", { text: "t3" }), many / 10 - 1);
      assert.deepEqual(await findIds(store.tenant("other"), { type: "Note", where: { text: "t3" } }), ["n0"]);
      assert.deepEqual(await findIds(store.tenant("other"), { type: "Loose" }), ["l"]);
      assert.equal((await save(store, "Note", "n3")).version, 3);
      assert.equal((await store.stats()).records, many + 2);
      assert.deepEqual(await problemsOf(store), []);
    }),
    persistent("gives a follower the records of a type that is declared now once, and no more", async (bench) => {
      const { store: closed, result: cursor } = await filled(bench, modelOf(), async (store) => {
        await writeAll(store, [insert("Note", "a", { text: "x" }), insert("Note", "b", { text: "y" })]);
        return lastCursor(store, undefined);
      });
      await using store = await bench.reopen(closed, modelOf(typeOf("Note", ["text"])));
      assert.deepEqual(await changedIds(store, undefined), ["a", "b"]);
      assert.deepEqual(await changedIds(store, cursor), []);
      await save(store, "Note", "c", { text: "z" });
      assert.deepEqual(await changedIds(store, cursor), ["c"]);
    }),
    persistent("finds records that were there before by a field that is indexed now", async (bench) => {
      const { store: closed } = await filled(bench, modelOf(typeOf("Job", ["name"])), (store) =>
        writeAll(
          store,
          range(many).map((at) => insert("Job", `j${at}`, { name: "n", agent: `a${at % 10}` })),
        ),
      );
      await using store = await bench.reopen(closed, modelOf(typeOf("Job", ["agent"])));
      assert.equal(await store.count("Job", { agent: "a3", name: "n" }), many / 10);
      assert.equal((await readStored(store, "Job", "j7")).version, 1);
      assert.deepEqual(await problemsOf(store), []);
    }),
    persistent(
      "finds documents of an older form by what the upcast makes of them, and leaves them alone",
      async (bench) => {
        const { store: closed, result: before } = await filled(bench, oldJob, async (store) => {
          await writeAll(
            store,
            range(many).map((at) => insert("Job", `j${at}`, { name: `n${at % 10}` })),
          );
          return (await store.find({ type: "Job", limit: 10_000 })).records;
        });
        await using store = await bench.reopen(closed, youngJob);
        assert.equal(await store.count("Job", { label: "n3!" }), many / 10);
        assert.equal(await store.count("Job", { label: null }), 0);
        assert.deepEqual((await store.find({ type: "Job", limit: 10_000 })).records, before);
        assert.deepEqual(await problemsOf(store), []);
        await save(store, "Job", "j7", { name: "m" });
        assert.deepEqual(await findIds(store, { type: "Job", where: { label: "m!" } }), ["j7"]);
      },
    ),
    persistent("matches a field that the upcast makes", async (bench) => {
      const { store: closed } = await filled(bench, oldJob, (store) => save(store, "Job", "j", { name: "n" }));
      await using store = await bench.reopen(closed, youngJob);
      const op = {
        put: { type: "Job", id: "j", documentVersion: 2, body: { label: "later" } },
        expect: "any",
      } as const;
      assert.deepEqual(
        (await store.write([{ ...op, match: { label: "x" } }])).map(({ ok }) => ok),
        [false],
      );
      assert.deepEqual(
        (await store.write([{ ...op, match: { label: "n!" } }])).map(({ ok }) => ok),
        [true],
      );
    }),
    persistent("brings what an older program wrote meanwhile up to date", async (bench) => {
      const { store: young } = await filled(bench, oldJob, (store) => save(store, "Job", "a", { name: "early" }));
      const { store: old } = await filledAgain(bench, young, youngJob, (store) =>
        store.count("Job", { label: "early!" }),
      );
      const { store: closed } = await filledAgain(bench, old, oldJob, (store) =>
        writeAll(store, [put("Job", "a", { name: "late" }), insert("Job", "b", { name: "new" })]),
      );
      await using store = await bench.reopen(closed, youngJob);
      await eventually(async () => assert.equal(await store.count("Job", { label: { in: ["late!", "new!"] } }), 2));
      assert.equal(await store.count("Job", { label: "early!" }), 0);
      assert.deepEqual(await problemsOf(store), []);
    }),
    persistent("refuses what is to be unique and is not, with a list, and changes nothing", async (bench) => {
      const { store: closed } = await filled(bench, modelOf(typeOf("Job", ["name"])), (store) =>
        writeAll(store, [
          ...["a", "b"].map((id) => insert("Job", id, { name: "x", code: "same" })),
          insert("Job", "c", { name: "x", code: "own" }),
          ...["d", "e"].map((id) => insert("Job", id, { name: "x" })),
        ]),
      );
      const unique = { ...typeOf("Job", ["code", "name"]), indexes: [{ fields: ["code"], unique: true }] };
      await refuses(bench, closed, modelOf(unique), "UNIQUE_VIOLATION", ["a", "b"]);
      await mend(bench, closed, modelOf(typeOf("Job", ["name"])), [put("Job", "b", { name: "x", code: "other" })]);
      await using store = await bench.reopen(closed, modelOf(unique));
      await failure(store.write([insert("Job", "f", { code: "same" })]), "UNIQUE_VIOLATION");
    }),
    persistent("refuses to enforce a reference that leads nowhere, with a list, and changes nothing", async (bench) => {
      const loose = modelOf(typeOf("Job", ["name"]), typeOf("Mission", []));
      const { store: closed } = await filled(bench, loose, (store) =>
        writeAll(store, [
          insert("Mission", "m", {}),
          insert("Job", "a", { name: "x", missionId: "m" }),
          insert("Job", "b", { name: "x", missionId: "nobody" }),
        ]),
      );
      const references = [{ field: "missionId", to: "Mission", onDelete: "restrict" as const }];
      const bound = modelOf({ ...typeOf("Job", ["missionId", "name"]), references }, typeOf("Mission", []));
      await refuses(bench, closed, bound, "REFERENCE_VIOLATION", ["b"]);
      await mend(bench, closed, loose, [put("Job", "b", { name: "x", missionId: null })]);
      await using store = await bench.reopen(closed, bound);
      await failure(store.write([insert("Job", "c", { missionId: "nobody" })]), "REFERENCE_VIOLATION");
      await failure(store.write([remove("Mission", "m")]), "REFERENCE_VIOLATION");
    }),
    persistent("enforces a reference between types that are both declared now", async (bench) => {
      const { store: closed } = await filled(bench, modelOf(), (store) =>
        writeAll(store, [insert("Job", "j", { missionId: "m" }), insert("Mission", "m", {})]),
      );
      const references = [{ field: "missionId", to: "Mission", onDelete: "cascade" as const }];
      const bound = modelOf({ ...typeOf("Job", ["missionId"]), references }, typeOf("Mission", []));
      await using store = await bench.reopen(closed, bound);
      await failure(store.write([insert("Job", "k", { missionId: "nobody" })]), "REFERENCE_VIOLATION");
      await writeAll(store, [remove("Mission", "m")]);
      assert.equal(await read(store, "Job", "j"), undefined);
    }),
    persistent("refuses values of another kind than a field is declared with, with a list", async (bench) => {
      const { store: closed } = await filled(bench, modelOf(typeOf("Job", ["name"])), (store) =>
        writeAll(store, [insert("Job", "a", { name: "x", agent: 5 }), insert("Job", "b", { name: "x", agent: "y" })]),
      );
      await refuses(bench, closed, modelOf(typeOf("Job", ["agent", "name"])), "INVALID_ENTITY", ["a"]);
    }),
    persistent("refuses values that are too long for an index, with a list", async (bench) => {
      const { store: closed } = await filled(bench, oldJob, (store) =>
        writeAll(store, [insert("Job", "a", { agent: "x".repeat(513) }), insert("Job", "b", { agent: "x" })]),
      );
      await refuses(bench, closed, modelOf(typeOf("Job", ["agent", "name"])), "INDEX_VALUE_TOO_LARGE", ["a"]);
    }),
    persistent("refuses documents that an upcast cannot lift, with a list, and changes nothing", async (bench) => {
      const { store: closed } = await filled(bench, oldJob, (store) =>
        writeAll(store, [insert("Job", "a", { name: "fine" }), insert("Job", "b", { name: null })]),
      );
      await refuses(bench, closed, youngJob, "INVALID_ENTITY", ["b"]);
      await mend(bench, closed, oldJob, [put("Job", "b", { name: "mended" })]);
      await using store = await bench.reopen(closed, youngJob);
      assert.deepEqual(await findIds(store, { type: "Job", where: { label: "mended!" } }), ["b"]);
    }),
    persistent("tells of a document that an older program wrote and no upcast can lift", async (bench) => {
      const { store: young } = await filled(bench, oldJob, (store) => save(store, "Job", "a", { name: "fine" }));
      const { store: old } = await filledAgain(bench, young, youngJob, (store) => store.count("Job"));
      const { store: closed } = await filledAgain(bench, old, oldJob, (store) =>
        save(store, "Job", "b", { name: null }),
      );
      await using store = await bench.reopen(closed, youngJob);
      await eventually(async () => {
        const problems = await problemsOf(store);
        assert.deepEqual(
          problems.map(({ kind, type, id }) => [kind, type, id]),
          [["layout", "Job", "b"]],
        );
      });
      assert.deepEqual(await findIds(store, { type: "Job", where: { label: "fine!" } }), ["a"]);
    }),
    persistent("changes nothing where it may only check, or only read", async (bench) => {
      const { store: closed } = await filled(bench, oldJob, (store) => save(store, "Job", "a", { name: "x" }));
      await failure(bench.reopen(closed, { ...youngJob, layout: "check" }), "LAYOUT_OUTDATED");
      await failure(bench.reopen(closed, { ...youngJob, access: "read" }), "LAYOUT_OUTDATED");
      await using again = await bench.reopen(closed, { ...oldJob, layout: "check" });
      assert.deepEqual(await findIds(again, { type: "Job", where: { name: "x" } }), ["a"]);
      await failure(again.count("Job", { label: "x!" }), "FIELD_NOT_INDEXED");
    }),
    persistent("finds records by what a model derives from them, whatever they say themselves", async (bench) => {
      const { store: plain } = await filled(bench, oldJob, (store) => save(store, "Job", "a", { name: "Old" }));
      const { store: closed } = await filledAgain(bench, plain, derivedJob, async (store) => {
        await save(store, "Job", "b", { name: "New", folded: "stale" });
        assert.deepEqual(await findIds(store, { type: "Job", where: { folded: "old" } }), ["a"]);
        assert.deepEqual(await findIds(store, { type: "Job", where: { folded: "new" } }), ["b"]);
      });
      await using store = await bench.reopen(closed, derivedJob);
      await save(store, "Job", "a", { name: "NEW" });
      assert.deepEqual(await findIds(store, { type: "Job", where: { folded: "new" } }), ["a", "b"]);
      assert.deepEqual(await findIds(store, { type: "Job", where: { folded: "stale" } }), []);
      assert.deepEqual((await readStored(store, "Job", "b")).body, { name: "New", folded: "stale" });
      assert.deepEqual(await problemsOf(store), []);
    }),
    persistent("checks and reads with a model that is in force", async (bench) => {
      const { store: old } = await filled(bench, oldJob, (store) => save(store, "Job", "a", { name: "x" }));
      const { store: closed } = await filledAgain(bench, old, youngJob, (store) => store.count("Job"));
      await using checked = await bench.reopen(closed, { ...youngJob, layout: "check" });
      assert.deepEqual(await findIds(checked, { type: "Job", where: { label: "x!" } }), ["a"]);
      await checked.close();
      await using reader = await bench.reopen(closed, { ...youngJob, access: "read" });
      assert.deepEqual(await findIds(reader, { type: "Job", where: { label: "x!" } }), ["a"]);
    }),
  ],
};

interface Model {
  readonly model: { readonly layout: Layout; readonly lift?: Lift };
}

const lift: Lift = (document) => {
  const { type, id, documentVersion, body } = document;
  if (type !== "Job" || documentVersion > 1) return document;
  const { name } = body;
  if (typeof name === "string") return { ...document, documentVersion: 2, body: { ...body, label: `${name}!` } };
  throw new HoldfastError(`"${id}" has no name`, { code: "INVALID_ENTITY" });
};

const oldJob = modelOf(typeOf("Job", ["name"]));
const youngJob: Model = {
  model: { layout: { types: [{ ...typeOf("Job", ["label", "name"]), schemaVersion: 2 }] }, lift },
};

const folding: Lift = Object.assign((document: Document) => document, {
  derive: ({ body: { name } }: Document) => ({ folded: typeof name === "string" ? name.toLowerCase() : null }),
});
const derivedJob: Model = {
  model: { layout: { types: [typeOf("Job", ["folded", "name"])] }, lift: folding },
};

function modelOf(...types: readonly TypeLayout[]): Model {
  return { model: { layout: { types } } };
}

function typeOf(type: string, names: readonly string[]): TypeLayout {
  return {
    type,
    schemaVersion: 1,
    fields: names.map((name) => ({ name, kind: "string" })),
    indexes: names.map((name) => ({ fields: [name], unique: false })),
    references: [],
  };
}

interface Done<T> {
  /** Closed by now. */
  readonly store: Store;
  readonly result: T;
}

/** Opens a fresh store, does something and closes it. */
async function filled<T>({ open }: Bench, model: Model, work: (store: Store) => Promise<T>): Promise<Done<T>> {
  await using store = await open(model);
  return { store, result: await work(store) };
}

async function filledAgain<T>(
  { reopen }: Bench,
  closed: Store,
  model: Model,
  work: (store: Store) => Promise<T>,
): Promise<Done<T>> {
  await using store = await reopen(closed, model);
  return { store, result: await work(store) };
}

/** The model is refused with these records of the type Job; the old one holds, and the store is as it was. */
async function refuses(
  { reopen }: Bench,
  closed: Store,
  model: Model,
  code: ErrorCode,
  ids: readonly string[],
): Promise<void> {
  const { details } = await failure(reopen(closed, model), code);
  const records = Array.isArray(details["records"]) ? details["records"] : [];
  assert.deepEqual(
    [details["count"], records.map((each: { readonly type: string; readonly id: string }) => [each.type, each.id])],
    [ids.length, ids.map((id) => ["Job", id])],
  );
  await using store = await reopen(closed, modelOf());
  assert.deepEqual(store.layout.types.find(({ type }) => type === "Job")?.fields, [{ name: "name", kind: "string" }]);
  assert.deepEqual(await problemsOf(store), []);
}

/** Writes through a store of the old model, to which everything is as it was. */
async function mend({ reopen }: Bench, closed: Store, model: Model, ops: readonly WriteOp[]): Promise<void> {
  await using store = await reopen(closed, model);
  await writeAll(store, ops);
  const count = await store.count("Job");
  assert.equal(await store.count("Job", { name: { exists: true } }), count);
}

async function lastCursor(store: Store, after: ChangeCursor | undefined): Promise<ChangeCursor | undefined> {
  let last = after;
  for await (const { next } of store.changes(after)) last = next;
  return last;
}

async function changedIds(store: Store, after: ChangeCursor | undefined): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { changes } of store.changes(after)) {
    for (const change of changes) ids.push(change.kind === "put" ? change.record.id : change.tombstone.id);
  }
  return ids;
}
