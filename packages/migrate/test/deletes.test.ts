import { HoldfastError, type Store, type StoredRecord } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { copy, verify } from "../src/index.ts";
import { model, newRecord } from "./sample-model.ts";

const targets = storesUnderTest();
const pairs = targets.flatMap((a) => targets.map((b) => ({ a, b })));

async function put(store: Store, type: string, id: string, body = {}): Promise<StoredRecord | undefined> {
  const [result] = await store.write([{ put: newRecord(type, id, body), expect: "any" }]);
  return result?.record;
}

async function remove(store: Store, type: string, ...ids: readonly string[]): Promise<void> {
  await store.write(ids.map((id) => ({ delete: { type, id }, expect: "present" as const })));
}

/** A declared and an undeclared type, in two tenants, one of which holds no record any more. */
async function fillAndDelete(store: Store): Promise<void> {
  for (const view of [store, store.tenant("emptied")]) {
    for (const type of ["Mission", "Note"]) {
      for (const turn of [1, 2, 3]) await put(view, type, "gone", { title: `turn ${turn}` });
      await remove(view, type, "gone");
      await put(view, type, "back");
      await remove(view, type, "back");
    }
  }
  await put(store, "Mission", "back");
}

describe.each(pairs)("from $a.name to $b.name", ({ a, b }) => {
  test("a record that was deleted before the copy goes on from its tombstone's version behind it", async () => {
    await using from = await a.open({ model });
    await using to = await b.open({ model });
    await fillAndDelete(from);
    const report = await copy(from, to);
    expect(report).toMatchObject({ equal: true, written: 1, deletes: 7, sourceRecords: 1 });
    expect((await to.get("Mission", ["back"]))[0]?.version).toBe(3);
    for (const view of [to, to.tenant("emptied")]) {
      for (const type of ["Mission", "Note"]) {
        const stale = await view.write([{ put: newRecord(type, "gone", {}), expect: 3 }]);
        expect(stale).toMatchObject([{ ok: false, why: "missing" }]);
        expect((await put(view, type, "gone"))?.version).toBe(5);
        const staler = await view.write([{ put: newRecord(type, "gone", {}), expect: 3 }]);
        expect(staler).toMatchObject([{ ok: false, why: "version" }]);
      }
    }
  });

  test("the comparison counts deletes of which one side does not know, and calls the stores equal all the same", async () => {
    await using from = await a.open({ model });
    await using to = await b.open({ model });
    await fillAndDelete(from);
    const copied = await copy(from, to, { batch: 1 });
    expect(copied.tombstones).toEqual({ source: 7, target: 7, differing: 0 });
    await put(from, "Note", "later");
    await remove(from, "Note", "later");
    await put(to.tenant("emptied"), "Note", "gone");
    await remove(to.tenant("emptied"), "Note", "gone");
    await put(to, "Mission", "a");
    await remove(to, "Mission", "a");
    const report = await verify(from, to, { batch: 1 });
    expect([report.equal, report.tombstones]).toEqual([true, { source: 8, target: 8, differing: 3 }]);
    const one = await verify(from, to, { only: { type: "Note", after: "gone", upTo: "later" } });
    expect(one.tombstones).toEqual({ source: 1, target: 0, differing: 1 });
  });
});

describe.each(targets)("in $name", (target) => {
  test("deletes are copied once, whoever copies them on", async () => {
    await using first = await target.open({ model });
    await using second = await target.open({ model });
    await using third = await target.open({ model });
    await fillAndDelete(first);
    await copy(first, second);
    expect(await copy(first, second)).toMatchObject({ equal: true, written: 0, deletes: 7 });
    expect(await copy(second, third)).toMatchObject({ equal: true, written: 1, deletes: 7 });
    expect((await third.stats()).tombstones).toBe((await first.stats()).tombstones);
  });

  test("what the source has deleted since the last copy goes, parents and children in any order", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await put(from, "Mission", "m1");
    await put(from, "ATask", "kept");
    for (const id of ["t1", "t2", "t3"]) await put(from, "ATask", id, { title: id, missionId: "m1" });
    await copy(from, to);
    await remove(from, "ATask", "t1", "t2", "t3");
    await remove(from, "Mission", "m1");
    expect(await copy(from, to, { batch: 1 })).toMatchObject({ equal: true, written: 0, deletes: 4, targetRecords: 1 });
    expect((await put(to, "Mission", "m1"))?.version).toBe(3);
  });

  test("a record that the source never had is refused as foreign, beside one that it has deleted", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await put(from, "Note", "deleted");
    await copy(from, to);
    await remove(from, "Note", "deleted");
    await put(to, "Note", "never there");
    const refusal = await copy(from, to).catch((thrown: unknown) => thrown);
    expect(HoldfastError.is(refusal, "CONFLICT") && refusal.details).toMatchObject({ type: "Note", id: "never there" });
  });

  test("a record whose version is above its tombstone's in the source is refused as foreign", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await put(from, "Note", "deleted");
    await copy(from, to);
    await remove(from, "Note", "deleted");
    for (const _turn of [1, 2]) await put(to, "Note", "deleted");
    const refusal = await copy(from, to).catch((thrown: unknown) => thrown);
    expect(HoldfastError.is(refusal, "CONFLICT") && refusal.details).toMatchObject({ type: "Note", id: "deleted" });
  });
});
