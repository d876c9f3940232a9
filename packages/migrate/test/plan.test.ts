import { emptyLayout, type Layout, type Store, type TypeLayout } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { copy, plan, storeHash } from "../src/index.ts";
import { archiveOf, failureOf } from "./archive-support.ts";
import { fill, filledRecords, model, newRecord } from "./sample-model.ts";

const taskLayout: TypeLayout = {
  type: "Task",
  schemaVersion: 1,
  fields: ["code", "missionId", "title"].map((name) => ({ name, kind: "string" as const })),
  indexes: [
    { fields: ["title"], unique: false },
    { fields: ["code"], unique: true },
  ],
  references: [{ field: "missionId", to: "Mission", onDelete: "restrict" }],
};
const missionLayout: TypeLayout = { type: "Mission", schemaVersion: 1, fields: [], indexes: [], references: [] };
const stricter: Layout = { types: [missionLayout, taskLayout] };

/** Of no declared type: everything is allowed there. */
async function fillLoosely(store: Store): Promise<void> {
  const bodies = {
    good: { code: "a", missionId: "m1", title: "t" },
    orphan: { code: "b", missionId: "nowhere" },
    twin: { code: "a" },
    long: { code: "é".repeat(300) },
    wrong: { title: 7 },
    free: {},
  };
  await store.write([
    { put: newRecord("Mission", "m1", {}), expect: "absent" },
    ...Object.entries(bodies).map(([id, body]) => ({ put: newRecord("Task", id, body), expect: "absent" as const })),
  ]);
}

describe.each(storesUnderTest())("in $name", (target) => {
  test("of a store that goes through, a plan says what will be copied, and writes nothing on either side", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({});
    await fill(from);
    const [source, before] = [await archiveOf(from), await archiveOf(to)];
    const report = await plan(from, to, { batch: 7 });
    expect(report).toMatchObject({ ok: true, records: filledRecords, tombstones: 1, found: 0, problems: [] });
    expect(report.collections.map(({ tenant, type, records, inTarget }) => [type, tenant, records, inTarget])).toEqual([
      ["ATask", "default", 42, 0],
      ["Mission", "default", 1, 0],
      ["Mission", "other", 1, 0],
      ["Note", "default", 1, 0],
      ["Note", "other", 6, 0],
    ]);
    expect(report.added).toEqual(['type "ATask"', 'type "Mission"']);
    expect(report.bytes).toBeGreaterThan(filledRecords * 10);
    expect(report.estimatedSeconds).toBeGreaterThan(0);
    expect([await archiveOf(from), await archiveOf(to)]).toEqual([source, before]);
  });

  test("every document that the target's model does not bear is listed by type and id, with the reason", async () => {
    await using from = await target.open({});
    await fillLoosely(from);
    const { ok, found, blocking, problems } = await plan(from, undefined, { model: { layout: stricter }, batch: 2 });
    expect([ok, found, blocking]).toEqual([false, 4, 4]);
    const told = problems.map(({ kind, type, id, code }) => `${type} ${id}: ${kind}, ${code}`);
    expect(told.toSorted()).toEqual([
      "Task long: document, INDEX_VALUE_TOO_LARGE",
      "Task orphan: orphan, REFERENCE_VIOLATION",
      "Task twin: duplicate, UNIQUE_VIOLATION",
      "Task wrong: document, INVALID_ENTITY",
    ]);
    expect(problems.find(({ id }) => id === "twin")?.message).toContain('the one with id "good"');
  });

  test("what the plan finds is what stands in the way of the copy", async () => {
    await using from = await target.open({});
    await fillLoosely(from);
    await using to = await target.open({ model: { layout: stricter } });
    expect((await plan(from, to)).ok).toBe(false);
    await failureOf(copy(from, to));
    const { problems } = await plan(from, undefined, { model: { layout: stricter } });
    for (const { type = "", id = "" } of problems) {
      await from.write([{ delete: { type, id }, expect: "present" }]);
    }
    await using fresh = await target.open({ model: { layout: stricter } });
    expect((await plan(from, fresh)).ok).toBe(true);
    expect((await copy(from, fresh)).equal).toBe(true);
  });

  test("a document beyond the target's limit is found before any copy", async () => {
    await using from = await target.open({});
    await from.write([{ put: newRecord("Note", "large", { text: "x".repeat(2_000) }), expect: "absent" }]);
    const { problems } = await plan(from, undefined, { maxDocumentBytes: 1_000 });
    expect(problems).toMatchObject([{ kind: "document", code: "DOCUMENT_TOO_LARGE", type: "Note", id: "large" }]);
  });

  test("a target with a life of its own is a problem, and one that an interrupted copy left is none", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await fill(from);
    await copy(from, to);
    const again = await plan(from, to);
    expect([again.ok, again.collections[0]?.inTarget]).toEqual([true, 42]);
    await to.write([{ put: newRecord("Note", "mine", {}), expect: "absent" }]);
    const hash = await storeHash(to);
    expect((await plan(from, to)).problems).toMatchObject([
      { kind: "target", code: "CONFLICT", type: "Note", id: "mine" },
    ]);
    expect(await storeHash(to)).toBe(hash);
  });

  test("models that do not go together are a problem, and what only the target declares is told", async () => {
    const numbered: Layout = {
      types: [{ ...taskLayout, fields: [{ name: "title", kind: "number" }], indexes: [], references: [] }],
    };
    await using from = await target.open({ model: { layout: stricter } });
    await using to = await target.open({ model: { layout: numbered } });
    expect((await plan(from, to)).problems).toMatchObject([{ kind: "layout", code: "INVALID_MODEL", type: "Task" }]);
    await using wider = await target.open({ model: { layout: stricter } });
    await using narrow = await target.open({ model: { layout: emptyLayout } });
    expect((await plan(narrow, wider)).beyond).toEqual(['type "Mission"', 'type "Task"']);
  });

  test("a store is not planned to be copied to itself", async () => {
    await using store = await target.open({ model });
    expect((await failureOf(plan(store, store))).code).toBe("INVALID_CONFIG");
  });
});
