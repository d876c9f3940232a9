import { openStore } from "@holdfast/connect";
import type { JsonObject } from "@holdfast/core";
import { Job, repository, StorageManager, workflowModel } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";
import { eachWithManager } from "./managers.ts";
import { collected, failureOf } from "./support.ts";

describe.each(storesUnderTest())("plain objects, on $name", (target) => {
  let manager: StorageManager;
  eachWithManager(target, (opened) => (manager = opened));

  test("a save merges into what is stored: its fields replace, nested ones whole, the others stay", async () => {
    await manager.saveObject("Test", { id: "a", kept: 1, changed: 1, nested: { x: 1, y: 1 } });
    const merged = await manager.saveObject("Test", { id: "a", changed: null, nested: { x: 2 }, more: undefined });
    expect(merged).toEqual({ id: "a", kept: 1, changed: null, nested: { x: 2 } });
    expect(await manager.getObjectById("Test", "a")).toEqual(merged);
  });

  test("a save that does not merge replaces, so fields can be removed", async () => {
    await manager.saveObject("Test", { id: "a", gone: 1 });
    expect(await manager.saveObject("Test", { id: "a", left: 2 }, { merge: false })).toEqual({ id: "a", left: 2 });
    expect(await manager.getObjects("Test")).toEqual([{ id: "a", left: 2 }]);
  });

  test("saves of different fields that come together all stay", async () => {
    await Promise.all(
      Array.from({ length: 20 }, async (_, n) => manager.saveObject("Test", { id: "a", [`field${n}`]: n })),
    );
    expect(Object.keys((await manager.getObjectById("Test", "a")) ?? {})).toHaveLength(21);
  });

  test("a change is one step: ten writers of one counter lose nothing", async () => {
    const count = (now: JsonObject | undefined): JsonObject => ({ id: "n", value: Number(now?.["value"] ?? 0) + 1 });
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        for (let n = 0; n < 5; n++) await manager.changeObject("Counter", "n", count);
      }),
    );
    expect(await manager.getObjectById("Counter", "n")).toEqual({ id: "n", value: 50 });
    const moved = manager.changeObject("Counter", "n", () => ({ id: "m" }));
    expect((await failureOf(moved)).code).toBe("INVALID_ID");
  });

  test("the order is that of the first saves, beyond ten too", async () => {
    const ids = Array.from({ length: 25 }, (_, n) => String(n + 1));
    for (const id of ids) await manager.saveObject("Test", { id });
    await manager.saveObject("Test", { id: "3", again: true });
    expect((await manager.getObjects("Test")).map(({ id }) => id)).toEqual(ids);
  });

  test("nothing that was handed in or given out is shared with what is stored", async () => {
    const object = { id: "a", list: [{ n: 1 }] };
    const saving = manager.saveObject("Test", object);
    object.list.push({ n: 2 });
    const saved = await saving;
    const read = await manager.getObjectById("Test", "a");
    const [listed] = await manager.getObjects("Test");
    for (const given of [object, saved, read, listed]) Object.assign(given ?? {}, { list: "changed" });
    expect(await manager.getObjectById("Test", "a")).toEqual({ id: "a", list: [{ n: 1 }] });
  });

  test("another writer's changes are seen at once", async () => {
    const url = await target.freshUrl();
    await using own = await StorageManager.open(url);
    await using other = target.sharable ? await openStore(url, { model: workflowModel }) : await own.store();
    await own.saveObject("Test", { id: "a", n: 1 });
    expect(await own.getObjectById("Test", "a")).toEqual({ id: "a", n: 1 });
    await other.write([{ put: { type: "Test", id: "a", documentVersion: 1, body: { n: 2 } }, expect: "any" }]);
    expect(await own.getObjectById("Test", "a")).toEqual({ id: "a", n: 2 });
    expect(await own.saveObject("Test", { id: "a", more: 3 })).toEqual({ id: "a", n: 2, more: 3 });
  });

  test("what JSON cannot hold is refused everywhere, with its path, and nothing is stored", async () => {
    const cycle: Record<string, unknown> = { id: "a" };
    cycle["self"] = cycle;
    for (const value of [
      { at: new Date() },
      { n: Number.NaN },
      { f: () => 1 },
      { b: 1n },
      { s: new Set() },
      { u: [undefined] },
    ]) {
      const error = await failureOf(manager.saveObject("Test", { id: "a", value }));
      expect([error.code, JSON.stringify(error.details["path"])]).toEqual([
        "UNSERIALIZABLE_VALUE",
        expect.stringContaining('["value"'),
      ]);
    }
    expect((await failureOf(manager.saveObject("Test", cycle, { merge: false }))).code).toBe("UNSERIALIZABLE_VALUE");
    expect(await manager.getObjects("Test")).toEqual([]);
  });

  test("an id is a string and never coerced", async () => {
    for (const id of [5, 5.5, true, ["a"], { a: 1 }, "a\u0000b", "x".repeat(600)]) {
      expect((await failureOf(manager.saveObject("Test", { id }))).code).toBe("INVALID_ID");
    }
    const error = await failureOf(manager.saveObject("Test", { id: 5 }));
    expect(error.message).toContain("String(id)");
  });

  test("a type may have any name that the store allows, declared or not", async () => {
    for (const type of ["Test", "a_b_2", "X".repeat(48)]) {
      await manager.saveObject(type, { id: "a", type });
      expect(await manager.getObjects(type)).toEqual([{ id: "a", type }]);
    }
    for (const type of ["", "with space", "9lives", "pg_things", "X".repeat(49)]) {
      const error = await failureOf(manager.saveObject(type, { id: "a" }));
      expect(error.code).toBe("INVALID_QUERY");
    }
  });

  test("an indexed field of a declared type must be of its kind", async () => {
    const error = await failureOf(manager.saveObject("Case", { id: "c1", jobId: 5 }));
    expect([error.code, error.details["path"]]).toEqual(["INVALID_ENTITY", ["jobId"]]);
  });

  test("long lists come as pages, as an iteration or whole", async () => {
    const ids = Array.from({ length: 1_205 }, (_, n) => `o${n}`);
    await manager.transaction(async (_objects, session) => {
      const puts = ids.map((id) => ({
        put: { type: "Test", id, documentVersion: 1, body: {} },
        expect: "any" as const,
      }));
      await session.write(puts);
    });
    expect((await manager.getObjects("Test")).map(({ id }) => id)).toEqual(ids);
    expect((await collected(manager.eachObject("Test"))).map(({ id }) => id)).toEqual(ids);
    const first = await manager.getObjectPage("Test", { limit: 2 });
    const second = await manager.getObjectPage("Test", { limit: 2, after: first.next });
    expect([first.objects, second.objects]).toEqual([
      [{ id: "o0" }, { id: "o1" }],
      [{ id: "o2" }, { id: "o3" }],
    ]);
    expect((await manager.getObjectPage("None")).next).toBeUndefined();
  });

  test("a transaction stores all or nothing, and reads what it wrote", async () => {
    await manager.saveObject("Job", { id: "j1", name: "a", agentName: "b", status: "stopped" });
    const failed = manager.transaction(async (objects) => {
      await objects.deleteObject("Job", "j1");
      await objects.saveObject("Case", { id: "c1", jobId: "j1" });
      expect([await objects.getObjects("Job"), (await objects.getCasesForJob("j1")).length]).toEqual([[], 1]);
      await objects.saveObject("Case", {});
    });
    expect((await failureOf(failed)).code).toBe("INVALID_ID");
    expect([(await manager.getObjects("Job")).length, await manager.getObjects("Case")]).toEqual([1, []]);
    expect(
      await manager.transaction(async (objects) => {
        await objects.saveObject("Case", { id: "c1", jobId: "j1" });
        return "kept";
      }),
    ).toBe("kept");
    expect(await manager.getCasesForJob("j1")).toHaveLength(1);
  });

  test("objects and repositories meet: what the one writes the other reads", async () => {
    const jobs = repository(Job, await manager.store());
    await manager.saveObject("Job", { id: "j1", name: "a", agentName: "ann", status: "in_progress" });
    expect((await jobs.find({ where: { status: "in_progress", agentName: "ann" } })).items).toMatchObject([
      { id: "j1" },
    ]);
    await jobs.update("j1", (now) => ({ ...now, name: "b" }));
    expect(await manager.getObjectById("Job", "j1")).toMatchObject({ name: "b", caseIds: [] });
  });

  test("an open store may be given, or a tenant's view of one, and stays open", async () => {
    await using store = await target.open({ model: workflowModel });
    const one = await StorageManager.open(store.tenant("one"));
    const other = new StorageManager(store.tenant("other"));
    await one.saveObject("Test", { id: "a" });
    expect([await one.getObjects("Test"), await other.getObjects("Test")]).toEqual([[{ id: "a" }], []]);
    await one.close();
    expect((await failureOf(one.getObjects("Test"))).code).toBe("STORE_CLOSED");
    expect(await store.tenant("one").count("Test")).toBe(1);
  });

  test("what is stored outlives the manager", async () => {
    const url = await target.freshUrl();
    await using first = new StorageManager(url);
    await first.saveObject("Test", { id: "a" });
    await first.close();
    await using second = new StorageManager(url);
    expect(second).not.toBe(first);
    expect(await second.getObjects("Test")).toEqual(first.url === "memory:" ? [] : [{ id: "a" }]);
  });
});
