import type { Store } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { restoreArchive, storeHash } from "../src/index.ts";
import { archiveOf, failureOf, sourceOf } from "./archive-support.ts";
import { fill, filledRecords, model, newRecord } from "./sample-model.ts";

const targets = storesUnderTest();

test("three times round all backends, an archive is the same to the byte", async () => {
  const [first] = targets;
  if (first === undefined) return;
  await using origin = await first.open({ model });
  await fill(origin);
  const archive = await archiveOf(origin);
  let current = archive;
  for (const target of [...targets, ...targets, ...targets]) {
    await using store = await target.open({ model });
    const report = await restoreArchive(store, sourceOf(current), { batch: 7 });
    expect(report).toMatchObject({ into: "empty", written: filledRecords, raised: 0, equal: true, differences: [] });
    expect(await storeHash(store)).toBe(await storeHash(origin));
    current = await archiveOf(store, { gzip: true });
    expect(await archiveOf(store)).toEqual(archive);
  }
});

async function put(store: Store, type: string, id: string, title: string): Promise<void> {
  await store.write([{ put: newRecord(type, id, { title }), expect: "any" }]);
}

describe.each(targets)("in $name", (target) => {
  test("a restore that was interrupted is completed by the same restore", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await fill(from);
    const source = sourceOf(await archiveOf(from));
    const stop = new AbortController();
    const onProgress = ({ restored }: { restored: number }): void => (restored >= 10 ? stop.abort() : undefined);
    expect((await failureOf(restoreArchive(to, source, { batch: 5, onProgress, signal: stop.signal }))).code).toBe(
      "ABORTED",
    );
    const { records: standing } = await to.stats();
    expect(standing).toBeGreaterThan(0);
    expect(standing).toBeLessThan(filledRecords);
    const report = await restoreArchive(to, source, { batch: 5 });
    expect(report).toMatchObject({ into: "resumed", equal: true, written: filledRecords - standing });
    expect(await restoreArchive(to, source)).toMatchObject({ into: "resumed", equal: true, written: 0 });
  });

  test("a store with other contents is refused, and stays as it is", async () => {
    await using from = await target.open({ model });
    await fill(from);
    const source = sourceOf(await archiveOf(from));
    for (const [type, id] of [
      ["Note", "mine"],
      ["Mission", "m1"],
    ] as const) {
      await using to = await target.open({ model });
      await put(to, type, id, "keep");
      const before = await storeHash(to);
      const error = await failureOf(restoreArchive(to, source));
      expect([error.code, error.details["type"]]).toEqual(["CONFLICT", type]);
      expect(await storeHash(to)).toBe(before);
    }
    await using to = await target.open({ model });
    await put(to, "Note", "gone", "of another life");
    await to.write([{ delete: { type: "Note", id: "gone" }, expect: "present" }]);
    expect((await failureOf(restoreArchive(to, source))).details).toMatchObject({ type: "Note", id: "gone" });
  });

  test("replacing takes the safety copy first, keeps what is the same, and puts all else above what was there", async () => {
    await using store = await target.open({ model });
    await fill(store);
    const archive = await archiveOf(store);
    const [unchanged] = await store.get("ATask", ["t1"]);
    for (const turn of [1, 2, 3]) await put(store, "Mission", "m1", `later ${turn}`);
    await put(store, "Note", "stranger", "not in the archive");
    await store.write([
      { put: newRecord("ATask", "child", { title: "freed" }), expect: "any" },
      { put: newRecord("ATask", "t5", { title: "t 5", code: "c-1" }), expect: "any" },
      { delete: { type: "ATask", id: "t6" }, expect: "present" },
    ]);
    await store.tenant("new").write([{ put: newRecord("Note", "n", {}), expect: "absent" }]);
    const current = await storeHash(store);
    const copies: Buffer[] = [];
    const safetyCopy = async (of: Store): Promise<void> => {
      expect(await storeHash(of)).toBe(current);
      copies.push(await archiveOf(of));
    };
    const report = await restoreArchive(store, sourceOf(archive), { replace: { safetyCopy }, batch: 10 });
    expect(report).toMatchObject({ into: "replaced", written: 4, raised: 4, equal: true, differences: [] });
    expect(copies).toHaveLength(1);
    expect((await store.get("ATask", ["t1"]))[0]).toEqual(unchanged);
    const [mission] = await store.get("Mission", ["m1"]);
    expect(mission?.body).toEqual({ title: "turn 3" });
    expect(mission?.version).toBeGreaterThan(7);
    const { records } = await store.stats();
    expect(records).toBe(filledRecords);
    expect((await store.check()).problems.filter(({ kind }) => kind !== "settings")).toEqual([]);
    const back = await restoreArchive(store, sourceOf(copies[0] ?? Buffer.of()), {
      replace: { safetyCopy: () => Promise.resolve() },
    });
    expect(back).toMatchObject({ into: "replaced", equal: true });
    expect((await store.tenant("new").get("Note", ["n"]))[0]?.body).toEqual({});
  });

  test("nothing is replaced where the safety copy fails", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await fill(from);
    await put(to, "Note", "mine", "keep");
    const before = await archiveOf(to);
    const full = new TypeError("no room");
    const safetyCopy = (): Promise<never> => Promise.reject(full);
    await expect(restoreArchive(to, sourceOf(await archiveOf(from)), { replace: { safetyCopy } })).rejects.toBe(full);
    expect(await archiveOf(to)).toEqual(before);
  });

  test("an archive that cannot stand under the store's rules leaves a replaced tenant as it was", async () => {
    await using from = await target.open({});
    await from.write([{ put: newRecord("ATask", "lost", { missionId: "nowhere" }), expect: "absent" }]);
    await using to = await target.open({ model });
    await put(to, "Mission", "m1", "keep");
    const before = await archiveOf(to);
    const safetyCopy = (): Promise<void> => Promise.resolve();
    const error = await failureOf(restoreArchive(to, sourceOf(await archiveOf(from)), { replace: { safetyCopy } }));
    expect(error.code).toBe("REFERENCE_VIOLATION");
    expect(await archiveOf(to)).toEqual(before);
  });
});
