import { HoldfastError, type Store, type WriteOp } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { copy, storeHash, verify } from "../src/index.ts";
import { fill, filledRecords, model, newRecord } from "./sample-model.ts";

const targets = storesUnderTest();

async function failureOf(work: Promise<unknown>): Promise<HoldfastError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!HoldfastError.is(thrown)) throw new Error("no HoldfastError was thrown", { cause: thrown });
  return thrown;
}

async function idsInOrder(store: Store, type: string): Promise<readonly string[]> {
  const { records } = await store.find({ type, limit: 1000 });
  return records.map(({ id }) => id);
}

const pairs = targets.flatMap((a) => targets.map((b) => ({ a, b })));

describe.each(pairs)("from $a.name to $b.name", ({ a, b }) => {
  test("a copy has every record of every tenant, with its version, times and place", async () => {
    await using from = await a.open({ model });
    await using to = await b.open({ model });
    await fill(from);
    const report = await copy(from, to, { batch: 7 });
    expect(report).toMatchObject({ equal: true, written: filledRecords, sourceRecords: filledRecords, differing: 0 });
    expect(report.types.map(({ tenant, type, count }) => [type, tenant, count])).toEqual([
      ["ATask", "default", 42],
      ["Mission", "default", 1],
      ["Mission", "other", 1],
      ["Note", "default", 1],
      ["Note", "other", 6],
    ]);
    expect(await storeHash(to)).toBe(await storeHash(from));
    expect(report.targetHash).toBe(await storeHash(to));
    expect(await idsInOrder(to, "ATask")).toEqual(await idsInOrder(from, "ATask"));
    const [[mission], [odd]] = [await to.get("Mission", ["m1"]), await to.get("Note", ["odd é"])];
    expect(mission).toEqual((await from.get("Mission", ["m1"]))[0]);
    expect(mission?.version).toBe(4);
    expect(JSON.stringify(odd?.body)).toBe(JSON.stringify((await from.get("Note", ["odd é"]))[0]?.body));
    const found = await to.find({ type: "ATask", where: { title: "t 7" } });
    expect(found.records.map(({ id }) => id)).toEqual(["t7"]);
  });
});

describe.each(targets)("in $name", (target) => {
  test("a copy that was interrupted goes on where it stopped", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await fill(from);
    const stop = new AbortController();
    const onProgress = ({ copied }: { copied: number }): void => (copied >= 10 ? stop.abort() : undefined);
    const error = await failureOf(copy(from, to, { batch: 5, onProgress, signal: stop.signal }));
    expect(error.code).toBe("ABORTED");
    const { records: standing } = await to.stats();
    expect(standing).toBeGreaterThan(0);
    expect(standing).toBeLessThan(filledRecords);
    const report = await copy(from, to, { batch: 5 });
    expect(report).toMatchObject({ equal: true, written: filledRecords - standing });
  });

  test("a copy brings a target that holds earlier states up to date, and writes nothing twice", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await fill(from);
    await copy(from, to);
    expect((await copy(from, to)).written).toBe(0);
    await from.write([{ put: newRecord("Mission", "m1", { title: "later" }), expect: 4 }]);
    expect(await copy(from, to)).toMatchObject({ equal: true, written: 1 });
  });

  test("a record that was changed, one that is missing and one too many are each found by name", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await fill(from);
    await copy(from, to);
    await to.write([
      { put: newRecord("ATask", "t3", { title: "changed", missionId: "m1" }), expect: "present" },
      { delete: { type: "ATask", id: "t5" }, expect: "present" },
      { put: newRecord("Note", "stranger", {}), expect: "absent" },
    ]);
    const report = await verify(from, to, { batch: 3 });
    expect(report).toMatchObject({ equal: false, differing: 3, sourceRecords: filledRecords });
    expect(report.differences).toEqual([
      { tenant: "default", type: "ATask", id: "t3", kind: "different", fields: ["version", "updated", "body.title"] },
      { tenant: "default", type: "ATask", id: "t5", kind: "missing", fields: [] },
      { tenant: "default", type: "Note", id: "stranger", kind: "extra", fields: [] },
    ]);
    expect(report.sourceHash).not.toBe(report.targetHash);
  });

  test("a target with a life of its own is refused before anything is written", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await fill(from);
    await to.write([{ put: newRecord("Note", "mine", { text: "keep" }), expect: "absent" }]);
    const before = await storeHash(to);
    const error = await failureOf(copy(from, to));
    expect(error.code).toBe("CONFLICT");
    expect(error.details).toEqual({ tenant: "default", type: "Note", id: "mine" });
    expect(await storeHash(to)).toBe(before);
  });

  test("a target that has gone on from a copy is refused: the copy would be older", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await fill(from);
    await copy(from, to);
    await to.write([{ put: newRecord("Mission", "m1", { title: "newer here" }), expect: 4 }]);
    expect((await failureOf(copy(from, to))).details).toMatchObject({ type: "Mission", id: "m1" });
  });

  test("a store is not copied to itself, nor to another view of itself", async () => {
    await using store = await target.open({ model });
    await fill(store);
    expect((await failureOf(copy(store, store))).code).toBe("INVALID_CONFIG");
    expect((await failureOf(copy(store, store.within({ timeoutMs: 5000 })))).code).toBe("INVALID_CONFIG");
    expect((await failureOf(copy(store, store.tenant("elsewhere")))).code).toBe("INVALID_CONFIG");
  });

  test("a batch that no page can have is refused", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    for (const batch of [0, 1.5, 10_001, NaN]) {
      expect((await failureOf(copy(from, to, { batch }))).code).toBe("INVALID_CONFIG");
    }
  });

  test("progress counts up to all records", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await fill(from);
    const [copied, totals]: [number[], Set<number>] = [[], new Set()];
    await copy(from, to, {
      batch: 10,
      onProgress: (progress) => {
        copied.push(progress.copied);
        totals.add(progress.total);
      },
    });
    expect([...totals]).toEqual([filledRecords]);
    expect(copied.at(-1)).toBe(filledRecords);
    expect(copied).toEqual(copied.toSorted((x, y) => x - y));
  });

  test("a record that stands before the one that it refers to is copied all the same", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await fill(from);
    expect((await idsInOrder(from, "ATask")).slice(0, 2)).toEqual(["child", "parent"]);
    expect(await copy(from, to, { batch: 1 })).toMatchObject({ equal: true, written: filledRecords });
  });

  test.each([1, 10])(
    "a unique value that has passed on since the last copy passes on, in batches of %d",
    async (batch) => {
      await using from = await target.open({ model });
      await using to = await target.open({ model });
      const task = (id: string, code: string | null): WriteOp => ({
        put: newRecord("ATask", id, { title: id, code }),
        expect: "any",
      });
      await from.write([task("b", null)]);
      await from.write([task("a", "x")]);
      await copy(from, to);
      await from.write([task("a", null)]);
      await from.write([task("b", "x")]);
      expect(await copy(from, to, { batch })).toMatchObject({ equal: true, written: 2 });
    },
  );

  test("writes to the source while it is copied never tear what is copied apart", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await fill(from);
    let late: Promise<unknown> = Promise.resolve();
    const onProgress = ({ type }: { type: string }): void => {
      if (type !== "Mission") return;
      late = from.write([
        { put: newRecord("Mission", "m2", { title: "late" }), expect: "any" },
        { put: newRecord("ATask", "late", { title: "late", missionId: "m2" }), expect: "any" },
      ]);
    };
    const report = await copy(from, to, { onProgress });
    await late;
    expect((await to.check()).problems.filter(({ kind }) => kind !== "settings")).toEqual([]);
    expect(report.differences.every(({ id }) => id === "m2" || id === "late")).toBe(true);
    expect((await copy(from, to)).equal).toBe(true);
  });
});
