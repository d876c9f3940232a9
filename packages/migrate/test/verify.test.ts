import type { JsonObject, Store, StoredRecord } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { copy, verify } from "../src/index.ts";
import { differingFields } from "../src/differing-fields.ts";
import { fill, model, newRecord } from "./sample-model.ts";

const targets = storesUnderTest();

function recordOf(body: JsonObject): StoredRecord {
  return { type: "Note", tenant: "default", id: "a", version: 1, documentVersion: 1, created: 1, updated: 1, body };
}

async function putMany(store: Store, count: number): Promise<void> {
  const notes = Array.from({ length: count }, (_, at) =>
    newRecord("Note", `n${String(at).padStart(6, "0")}`, { text: `note ${at}` }),
  );
  await store.write(notes.map((put) => ({ put, expect: "absent" })));
}

/** Restores records as they are in one store, with one character of one document changed, into another. */
async function copyChanged(from: Store, to: Store, id: string): Promise<void> {
  let page = await from.find({ type: "Note", limit: 10_000 });
  while (true) {
    const records = page.records.map((record) =>
      record.id === id ? { ...record, body: { text: `n0te ${Number(id.slice(1))}` } } : record,
    );
    await to.write(records.map((restore) => ({ restore })));
    if (page.next === undefined) return;
    page = await from.find({ type: "Note", limit: 10_000, after: page.next });
  }
}

test.each([
  [{ a: 1 }, { a: 2 }, ["body.a"]],
  [{ a: [1, { b: "x" }] }, { a: [1, { b: "y" }] }, ["body.a[1].b"]],
  [{ a: 1 }, { b: 1 }, ["body.a", "body.b"]],
  [{ a: 1, b: 1 }, { b: 1, a: 1 }, ["body (order)"]],
  [{ a: [1] }, { a: [1, 2] }, ["body.a[1]"]],
  [{ a: null }, {}, ["body.a"]],
  [{ "odd key": 1, ["__proto__"]: 1 }, { "odd key": 2, ["__proto__"]: 2 }, ['body["odd key"]', "body.__proto__"]],
  [{ a: { b: 1 } }, { a: [] }, ["body.a"]],
  [{}, {}, []],
] as const)("of %j and %j differ: %j", (a, b, names) => {
  expect(differingFields(recordOf(a), recordOf(b))).toEqual(names);
});

test("of a record that differs all over, the first twenty fields are named", () => {
  const wide = (value: number): JsonObject =>
    Object.fromEntries(Array.from({ length: 99 }, (_, at) => [`f${at}`, value]));
  const names = differingFields(recordOf(wide(1)), { ...recordOf(wide(2)), version: 2 });
  expect(names).toHaveLength(21);
  expect([names[0], names[1], names.at(-1)]).toEqual(["version", "body.f0", "…"]);
});

describe.each(targets)("in $name", (target) => {
  test("one changed character is found and named, with its field and its key range, in whatever batches", async () => {
    await using from = await target.open({});
    await using to = await target.open({});
    await putMany(from, 250);
    await copyChanged(from, to, "n000123");
    for (const batch of [1, 50, 1_000]) {
      const report = await verify(from, to, { batch });
      expect(report).toMatchObject({ equal: false, differing: 1, rangesCompared: Math.ceil(250 / batch) });
      expect(report.differences).toEqual([
        { tenant: "default", type: "Note", id: "n000123", kind: "different", fields: ["body.text"] },
      ]);
      expect(report.ranges).toHaveLength(1);
    }
    const { ranges } = await verify(from, to, { batch: 50 });
    expect(ranges[0]).toMatchObject({ after: "n000099", upTo: "n000149", sourceRecords: 50, targetRecords: 50 });
  });

  test("a range of a report can be compared alone, and comes out the same", async () => {
    await using from = await target.open({});
    await using to = await target.open({});
    await putMany(from, 100);
    await copyChanged(from, to, "n000042");
    await to.write([{ delete: { type: "Note", id: "n000007" }, expect: "present" }]);
    await to.write([{ put: newRecord("Note", "z", {}), expect: "absent" }]);
    const whole = await verify(from, to, { batch: 10 });
    expect(whole.ranges.map(({ after, upTo }) => [after, upTo])).toEqual([
      [undefined, "n000009"],
      ["n000039", "n000049"],
      ["n000099", undefined],
    ]);
    for (const range of whole.ranges) {
      const alone = await verify(from, to, { only: range });
      expect(alone.differing).toBe(1);
      expect(alone.ranges).toEqual([range]);
    }
    expect((await verify(from, to, { only: { type: "Note", after: "n000009", upTo: "n000039" } })).equal).toBe(true);
  });

  test("a tenant or a type can be compared alone", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await fill(from);
    await copy(from, to);
    await to.tenant("other").write([{ put: newRecord("Note", "n1", { at: -1 }), expect: "present" }]);
    expect((await verify(from, to, { only: { tenant: "default" } })).equal).toBe(true);
    expect((await verify(from, to, { only: { type: "Mission" } })).equal).toBe(true);
    expect((await verify(from, to, { only: { tenant: "other", type: "Note" } })).differing).toBe(1);
  });
});

const [any] = targets;

test.runIf(any?.name === "memory")("one changed byte in 20,000 documents is found and named", async () => {
  await using from = await any?.open({});
  await using to = await any?.open({});
  if (from === undefined || to === undefined) return;
  await putMany(from, 20_000);
  await copyChanged(from, to, "n016543");
  const progress: number[] = [];
  const report = await verify(from, to, { batch: 2_000, onProgress: ({ compared }) => progress.push(compared) });
  expect(report.differences).toEqual([
    { tenant: "default", type: "Note", id: "n016543", kind: "different", fields: ["body.text"] },
  ]);
  expect([report.sourceRecords, report.targetRecords, report.rangesCompared]).toEqual([20_000, 20_000, 10]);
  expect(progress.at(-1)).toBe(20_000);
});
