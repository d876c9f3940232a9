import { decodeEntity, defineEntity, defineLifecycle, defineModel } from "@holdfast/core";
import type { Store } from "@holdfast/core";
import { repository } from "@holdfast/repositories";
import type { Repository } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Bag, model, Note, Task } from "./entities.ts";
import { disturbed, eachWithTenant, existing, failureOf } from "./support.ts";

describe.each(storesUnderTest())("saving, on $name", (target) => {
  let store: Store;
  let tasks: Repository<typeof Task>;
  let notes: Repository<typeof Note>;
  eachWithTenant(target, model, (view) => {
    store = view;
    tasks = repository(Task, store);
    notes = repository(Note, store);
  });

  describe("create", () => {
    test("makes an id, fills in the defaults and starts with the lifecycle's first status", async () => {
      const task = await tasks.create({ name: "a" });
      expect(task).toMatchObject({
        name: "a",
        tries: 0,
        tags: [],
        missionId: null,
        status: "stopped",
        finishedAt: null,
      });
      expect(task.version).toBe(1);
      expect(task.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
      expect(task.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      expect(task.updatedAt).toBe(task.createdAt);
      expect(await tasks.get(task.id)).toEqual(task);
    });

    test("keeps JSON in the store where the entity has a Date", async () => {
      const due = new Date("2026-11-22T10:00:00.000Z");
      const { id } = await tasks.create({ id: "t1", name: "a", due });
      const [record] = await store.get("Task", [id]);
      expect(record?.body).toEqual({
        name: "a",
        tries: 0,
        due: "2026-11-22T10:00:00.000Z",
        tags: [],
        missionId: null,
        status: "stopped",
        finishedAt: null,
      });
      expect((await tasks.get(id))?.due).toEqual(due);
    });

    test("refuses an id that is taken, and leaves what is stored", async () => {
      await notes.create({ id: "n1", text: "first" });
      const failure = await failureOf(notes.create({ id: "n1", text: "second" }));
      expect(failure).toMatchObject({ code: "ALREADY_EXISTS", details: { type: "Note", id: "n1" } });
      expect((await notes.get("n1"))?.text).toBe("first");
    });

    test("refuses another first status and a finishedAt: only events set them", async () => {
      const moved = await failureOf(tasks.create({ id: "t1", name: "a", status: "in_progress" }));
      expect(moved).toMatchObject({
        code: "ILLEGAL_TRANSITION",
        details: { id: "t1", from: "stopped", to: "in_progress" },
      });
      const ended = await failureOf(tasks.create({ id: "t1", name: "a", finishedAt: "now" }));
      expect(ended).toMatchObject({ code: "ILLEGAL_TRANSITION", details: { field: "finishedAt" } });
      expect(await tasks.count()).toBe(0);
    });

    test("refuses what does not fit the schema with type, id and path, and an id that is none", async () => {
      const unfit: { readonly text: string } = JSON.parse('{"id":"n1","text":5}') as { text: string };
      expect(await failureOf(notes.create(unfit))).toMatchObject({
        code: "INVALID_ENTITY",
        details: { type: "Note", id: "n1", path: ["text"] },
      });
      const numbered = JSON.parse('{"id":5,"text":"a"}') as { text: string };
      expect((await failureOf(notes.create(numbered))).code).toBe("INVALID_ID");
      expect((await failureOf(notes.create({ id: "", text: "a" }))).code).toBe("INVALID_ID");
    });
  });

  describe("save", () => {
    test("replaces the version that was read, and gives the next one", async () => {
      const first = await notes.create({ text: "a" });
      const second = await notes.save({ ...first, text: "b" });
      expect(second).toMatchObject({ id: first.id, text: "b", version: 2, createdAt: first.createdAt });
      expect(second.updatedAt > first.updatedAt).toBe(true);
    });

    test("refuses a version that is no longer current, and says which one is", async () => {
      const first = await notes.create({ id: "n1", text: "a" });
      await notes.save({ ...first, text: "b" });
      const failure = await failureOf(notes.save({ ...first, text: "c" }));
      expect(failure).toMatchObject({ code: "CONFLICT", details: { type: "Note", id: "n1", expected: 1, current: 2 } });
      expect((await notes.get("n1"))?.text).toBe("b");
    });

    test("refuses to bring back what was deleted meanwhile", async () => {
      const note = await notes.create({ text: "a" });
      const task = await tasks.create({ name: "a" });
      await notes.delete(note.id);
      await tasks.delete(task.id);
      expect(await failureOf(notes.save(note))).toMatchObject({ code: "CONFLICT", details: { current: null } });
      expect(await failureOf(tasks.save(task))).toMatchObject({ code: "CONFLICT", details: { current: null } });
      expect(await notes.count()).toBe(0);
    });

    test("without a version inserts or replaces, and keeps the time of creation", async () => {
      const inserted = await notes.save({ id: "n1", text: "a" });
      expect(inserted.version).toBe(1);
      const replaced = await notes.save({ id: "n1", text: "b" });
      expect(replaced).toMatchObject({ version: 2, text: "b", createdAt: inserted.createdAt });
      expect((await notes.save({ text: "c" })).id).not.toBe("n1");
    });

    test("never shares what it was given or gives with what is stored, not even while it is being saved", async () => {
      const bags = repository(Bag, store);
      const drafts = ["a", "b", "c"].map((id) => ({ id, things: { deep: [id] } }));
      const [a, b, c] = drafts;
      const saving = [bags.create(existing(a)), bags.save(existing(b)), bags.saveMany([existing(c)])];
      for (const { things } of drafts) things.deep.push("changed");
      await Promise.all(saving);
      const read = (await bags.getMany(["a", "b", "c"])).map(existing);
      expect(read.map(({ things }) => things)).toEqual([{ deep: ["a"] }, { deep: ["b"] }, { deep: ["c"] }]);
    });
  });

  describe("a lifecycle's status", () => {
    test("is not moved by a save, with or without a version, and nothing else changes either", async () => {
      const task = await tasks.create({ id: "t1", name: "a" });
      for (const draft of [
        { ...task, name: "b", status: "failed" as const },
        { id: "t1", name: "b", status: "failed" as const },
      ]) {
        expect(await failureOf(tasks.save(draft))).toMatchObject({
          code: "ILLEGAL_TRANSITION",
          details: { type: "Task", id: "t1", field: "status", from: "stopped", to: "failed" },
        });
      }
      const ended = await failureOf(tasks.save({ ...task, finishedAt: "now" }));
      expect(ended).toMatchObject({ code: "ILLEGAL_TRANSITION", details: { field: "finishedAt" } });
      expect(await tasks.get("t1")).toEqual(task);
    });

    test("is not made up by the save of a new entity", async () => {
      const failure = await failureOf(tasks.save({ id: "t1", name: "a", status: "completed" }));
      expect(failure).toMatchObject({ code: "ILLEGAL_TRANSITION", details: { from: "stopped", to: "completed" } });
      expect(await tasks.get("t1")).toBeUndefined();
      expect((await tasks.save({ id: "t1", name: "a" })).status).toBe("stopped");
    });

    test("stays what it is where a save says nothing of it", async () => {
      await tasks.create({ id: "t1", name: "a" });
      await tasks.transition("t1", "start_work");
      const failed = await tasks.transition("t1", "error_encountered");
      const saved = await tasks.save({ id: "t1", name: "b" });
      expect(saved).toMatchObject({ name: "b", status: "failed", finishedAt: failed.finishedAt });
      expect(saved.finishedAt).not.toBeNull();
      const { status: _status, ...versioned } = saved;
      expect(await tasks.save({ ...versioned, name: "c" })).toMatchObject({ name: "c", status: "failed", version: 5 });
    });

    test("stays what another writer made it between the look and the write", async () => {
      await tasks.create({ id: "t1", name: "a" });
      const session = disturbed(store, () => tasks.transition("t1", "start_work"));
      expect(await repository(Task, session).save({ id: "t1", name: "b" })).toMatchObject({
        name: "b",
        status: "in_progress",
      });
    });

    test("is the first one where another writer deleted the entity between the look and the write", async () => {
      await tasks.create({ id: "t1", name: "a" });
      await tasks.transition("t1", "start_work");
      const session = disturbed(store, () => tasks.delete("t1"));
      expect(await repository(Task, session).save({ id: "t1", name: "b" })).toMatchObject({ status: "stopped" });
    });

    test("may have been renamed by an upcast, and the entity can still be saved", async () => {
      const schema = z.object({ name: z.string() });
      const Old = defineEntity({
        name: "Work",
        schema,
        lifecycle: defineLifecycle({ statuses: ["pending"], initial: "pending", events: {} }),
      });
      const New = defineEntity({
        name: "Work",
        schema,
        lifecycle: defineLifecycle({ statuses: ["waiting"], initial: "waiting", events: {} }),
        schemaVersion: 2,
        upcast: { 1: (old) => ({ ...old, status: "waiting" }) },
      });
      await using other = await target.open({ model: defineModel([Old]) });
      await repository(Old, other).create({ id: "w1", name: "a" });
      const works = repository(New, other);
      const work = await works.update("w1", (now) => now);
      expect(work.status).toBe("waiting");
      await repository(Old, other).create({ id: "w2", name: "a" });
      const read = existing(await works.get("w2"));
      expect(await works.save({ ...read, name: "b" })).toMatchObject({ status: "waiting", version: 2 });
    });
  });

  describe("saveMany", () => {
    test("saves new and old ones in one batch and gives them in the order handed in", async () => {
      const old = await tasks.create({ id: "t2", name: "old" });
      const saved = await tasks.saveMany([{ id: "t1", name: "new" }, { ...old, name: "changed" }, { name: "unnamed" }]);
      expect(saved.map(({ name, version }) => [name, version])).toEqual([
        ["new", 1],
        ["changed", 2],
        ["unnamed", 1],
      ]);
      expect(await tasks.count()).toBe(3);
    });

    test("saves none where one is refused", async () => {
      const old = await notes.create({ id: "n1", text: "old" });
      await notes.save(old);
      const failure = await failureOf(
        notes.saveMany([
          { id: "n2", text: "new" },
          { ...old, text: "stale" },
        ]),
      );
      expect(failure).toMatchObject({ code: "CONFLICT", details: { id: "n1", expected: 1, current: 2 } });
      expect(await notes.get("n2")).toBeUndefined();
    });

    test("takes none at all", async () => {
      expect(await notes.saveMany([])).toEqual([]);
    });
  });

  describe("update", () => {
    test("loses nothing when ten writers count at once", async () => {
      const { id } = await notes.create({ text: "counter", pages: 0 });
      const add = (): Promise<unknown> => notes.update(id, (now) => ({ ...now, pages: now.pages + 1 }));
      await Promise.all(
        Array.from({ length: 10 }, async () => {
          for (let round = 0; round < 5; round++) await add();
        }),
      );
      expect((await notes.get(id))?.pages).toBe(50);
    });

    test("runs the change again on what another writer left", async () => {
      await notes.create({ id: "n1", text: "a" });
      const seen: string[] = [];
      const session = disturbed(store, () => notes.save({ id: "n1", text: "b" }));
      const updated = await repository(Note, session).update("n1", (now) => {
        seen.push(now.text);
        return { ...now, pages: 9 };
      });
      expect(seen).toEqual(["a", "b"]);
      expect(updated).toMatchObject({ text: "b", pages: 9, version: 3 });
    });

    test("is NOT_FOUND where there is nothing, and writes nothing where the change throws", async () => {
      expect(await failureOf(notes.update("n1", (now) => now))).toMatchObject({
        code: "NOT_FOUND",
        details: { id: "n1" },
      });
      const note = await notes.create({ text: "a" });
      const failing = notes.update(note.id, () => {
        throw new Error("changed my mind");
      });
      await expect(failing).rejects.toThrow("changed my mind");
      expect(await notes.get(note.id)).toEqual(note);
    });

    test("refuses a change that gives a promise, or anything else that is no entity", async () => {
      const note = await notes.create({ text: "a" });
      // @ts-expect-error a promise is no entity
      expect((await failureOf(notes.update(note.id, async () => note))).code).toBe("INVALID_ENTITY");
      expect(await notes.get(note.id)).toEqual(note);
    });

    test("refuses to move the status or the id", async () => {
      const task = await tasks.create({ id: "t1", name: "a" });
      const moved = await failureOf(tasks.update("t1", (now) => ({ ...now, status: "failed" })));
      expect(moved).toMatchObject({ code: "ILLEGAL_TRANSITION", details: { from: "stopped", to: "failed" } });
      const renamed = await failureOf(tasks.update("t1", (now) => ({ ...now, id: "t2" })));
      expect(renamed).toMatchObject({ code: "INVALID_ENTITY", details: { id: "t1", path: ["id"] } });
      expect(await tasks.get("t1")).toEqual(task);
    });
  });

  test("an older program's save keeps what a newer one wrote", async () => {
    const Newer = defineEntity({
      name: "Note",
      schema: z.object({
        text: z.string(),
        pages: z.number(),
        draft: z.boolean(),
        colour: z.object({ name: z.string() }),
      }),
    });
    const newer = repository(Newer, store);
    await newer.create({ id: "n1", text: "a", pages: 1, draft: false, colour: { name: "red" } });
    await notes.update("n1", (now) => ({ ...now, text: "b" }));
    const read = existing(await notes.get("n1"));
    await notes.save({ ...read, pages: 2 });
    expect(await newer.get("n1")).toMatchObject({ text: "b", pages: 2, colour: { name: "red" }, version: 3 });
    const [record] = await store.get("Note", ["n1"]);
    expect(decodeEntity(Newer, existing(record)).colour).toEqual({ name: "red" });
  });
});
