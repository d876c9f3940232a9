import { Transition } from "@holdfast/core";
import type { Store } from "@holdfast/core";
import { repository } from "@holdfast/repositories";
import type { Repository } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";
import { Door, model, Note, Task } from "./entities.ts";
import { collected, disturbed, eachWithTenant, failureOf } from "./support.ts";

describe.each(storesUnderTest())("a transition, on $name", (target) => {
  let store: Store;
  let tasks: Repository<typeof Task>;
  eachWithTenant(target, model, (view) => {
    store = view;
    tasks = repository(Task, store);
  });

  test("moves the status by an event, and the version by one", async () => {
    const task = await tasks.create({ name: "a" });
    const started = await tasks.transition(task, "start_work");
    expect(started).toMatchObject({ id: task.id, status: "in_progress", version: 2, finishedAt: null });
    expect(await tasks.get(task.id)).toEqual(started);
  });

  test("refuses an event that the current status does not allow, and changes nothing", async () => {
    const task = await tasks.create({ id: "t1", name: "a" });
    for (const which of [task, "t1"]) {
      expect(await failureOf(tasks.transition(which, "successfully_done"))).toMatchObject({
        code: "ILLEGAL_TRANSITION",
        details: { type: "Task", id: "t1", from: "stopped", event: "successfully_done", allowed: ["start_work"] },
      });
    }
    expect(await tasks.get("t1")).toEqual(task);
  });

  test("refuses an event that does not exist", async () => {
    const { id } = await tasks.create({ name: "a" });
    const event = "toString" as "start_work";
    expect((await failureOf(tasks.transition(id, event))).code).toBe("ILLEGAL_TRANSITION");
  });

  test("writes the status and the patch, and no other change made to the entity", async () => {
    const task = await tasks.create({ name: "a", tags: ["x"] });
    const due = new Date("2026-12-24T00:00:00.000Z");
    const started = await tasks.transition({ ...task, name: "edited" }, "start_work", { patch: { tries: 1, due } });
    expect(started).toMatchObject({ name: "a", tags: ["x"], tries: 1, due, status: "in_progress" });
  });

  test("refuses a patch of what the lifecycle or the store owns", async () => {
    const { id } = await tasks.create({ name: "a" });
    for (const field of ["status", "finishedAt", "id", "version", "createdAt"]) {
      const patch = { [field]: "x" } as { name: string };
      expect(await failureOf(tasks.transition(id, "start_work", { patch }))).toMatchObject({
        code: "INVALID_ENTITY",
        details: { path: [field] },
      });
    }
    expect((await tasks.get(id))?.status).toBe("stopped");
  });

  test("refuses a patch that does not fit the schema, and changes nothing", async () => {
    const task = await tasks.create({ name: "a" });
    const patch = JSON.parse('{"tries":"many"}') as { tries: number };
    expect(await failureOf(tasks.transition(task, "start_work", { patch }))).toMatchObject({
      code: "INVALID_ENTITY",
      details: { path: ["tries"] },
    });
    expect(await tasks.get(task.id)).toEqual(task);
  });

  test("of an entity expects its version", async () => {
    const task = await tasks.create({ id: "t1", name: "a" });
    await tasks.save({ ...task, name: "b" });
    expect(await failureOf(tasks.transition(task, "start_work"))).toMatchObject({
      code: "CONFLICT",
      details: { type: "Task", id: "t1", expected: 1, current: 2 },
    });
    const session = disturbed(store, () => tasks.save({ id: "t1", name: "c" }));
    const current = { id: "t1", version: 2 };
    expect(await failureOf(repository(Task, session).transition(current, "start_work"))).toMatchObject({
      code: "CONFLICT",
      details: { expected: 2, current: 3 },
    });
  });

  test("by id is tried again where another writer came between", async () => {
    await tasks.create({ id: "t1", name: "a" });
    const session = disturbed(store, () => tasks.save({ id: "t1", name: "b" }));
    const started = await repository(Task, session).transition("t1", "start_work");
    expect(started).toMatchObject({ name: "b", status: "in_progress", version: 3 });
  });

  test("is done by exactly one of many who try at once", async () => {
    await tasks.create({ id: "t1", name: "a" });
    const results = await Promise.all(Array.from({ length: 8 }, () => tasks.tryTransition("t1", "start_work")));
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    const refusals = results.flatMap((result) => (result.ok ? [] : [result.error.code]));
    expect(new Set(refusals)).toEqual(new Set(["ILLEGAL_TRANSITION"]));
    expect(await tasks.get("t1")).toMatchObject({ status: "in_progress", version: 2 });
  });

  test("is NOT_FOUND where there is nothing, by id and by entity", async () => {
    const task = await tasks.create({ id: "t1", name: "a" });
    await tasks.delete("t1");
    for (const which of ["t1", task]) {
      expect(await failureOf(tasks.transition(which, "start_work"))).toMatchObject({
        code: "NOT_FOUND",
        details: { type: "Task", id: "t1" },
      });
    }
  });

  test("sets finishedAt when the end is reached, and not before", async () => {
    const stamps = { now: () => 1_795_312_984_123_456, newId: () => "t1" };
    const timed = repository(Task, store, { stamps });
    await timed.create({ name: "a" });
    expect((await timed.transition("t1", "start_work")).finishedAt).toBeNull();
    const done = await timed.transition("t1", "successfully_done");
    expect(done).toMatchObject({ status: "completed", finishedAt: "2026-11-22T02:03:04.123456Z" });
    expect(await timed.find({ where: { finishedAt: { lt: "2026-11-23" } } })).toMatchObject({ items: [{ id: "t1" }] });
  });

  test("never sets finishedAt again where it stands already", async () => {
    const body = { name: "a", status: "in_progress", finishedAt: "2025-01-02T03:04:05" };
    await store.write([{ put: { type: "Task", id: "t1", documentVersion: 1, body }, expect: "absent" }]);
    expect((await tasks.transition("t1", "awaiting_on_input")).finishedAt).toBe("2025-01-02T03:04:05");
    expect((await tasks.transition("t1", "timeout_or_error")).finishedAt).toBe("2025-01-02T03:04:05");
  });

  test.each(["completed", "failed", "cancelled"] as const)(
    "can end as %s, and goes nowhere from there",
    async (end) => {
      const paths = {
        completed: ["start_work", "successfully_done"],
        failed: ["start_work", "awaiting_on_input", "timeout_or_error"],
        cancelled: ["start_work", "cancel_requested", "cancel_confirmed"],
      } as const;
      const { id } = await tasks.create({ name: "a" });
      for (const event of paths[end]) await tasks.transition(id, event);
      const ended = await tasks.get(id);
      expect(ended).toMatchObject({ status: end });
      expect(ended?.finishedAt).toBeTypeOf("string");
      const result = await tasks.tryTransition(id, "start_work");
      expect(result).toMatchObject({ ok: false, error: { code: "ILLEGAL_TRANSITION", details: { allowed: [] } } });
    },
  );

  test("keeps fields that this program does not know", async () => {
    await store.write([
      {
        put: { type: "Task", id: "t1", documentVersion: 1, body: { name: "a", status: "stopped", newer: { x: 1 } } },
        expect: "absent",
      },
    ]);
    await tasks.transition("t1", "start_work", { patch: { name: "b" } });
    const [record] = await store.get("Task", ["t1"]);
    expect(record?.body).toMatchObject({ name: "b", status: "in_progress", newer: { x: 1 } });
  });

  test("of an entity without a lifecycle is refused", async () => {
    const { id } = await repository(Note, store).create({ text: "a" });
    const anything = "start_work" as never;
    expect((await failureOf(repository(Note, store).transition(id, anything))).code).toBe("ILLEGAL_TRANSITION");
  });

  describe("tried", () => {
    test("gives the entity, or why it could not be", async () => {
      const task = await tasks.create({ id: "t1", name: "a" });
      const started = await tasks.tryTransition(task, "start_work");
      expect(started).toMatchObject({ ok: true, entity: { status: "in_progress" } });
      expect(await tasks.tryTransition(task, "start_work")).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
      expect(await tasks.tryTransition("t1", "start_work")).toMatchObject({
        ok: false,
        error: { code: "ILLEGAL_TRANSITION" },
      });
      expect(await tasks.tryTransition("t2", "start_work")).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    });

    test("still throws what is no answer to the question", async () => {
      const { id } = await tasks.create({ name: "a" });
      const patch = JSON.parse('{"tries":"many"}') as { tries: number };
      expect((await failureOf(tasks.tryTransition(id, "start_work", { patch }))).code).toBe("INVALID_ENTITY");
    });
  });

  describe("with a history", () => {
    test("leaves a record of each step, of who and why, in order", async () => {
      const doors = repository(Door, store);
      const door = await doors.create({ id: "d1" });
      await doors.create({ id: "d2" });
      await doors.transition(door, "open", { by: "ann", reason: "too warm" });
      await doors.transition("d2", "open");
      await doors.transition("d1", "close", { by: "bob" });
      const history = repository(Transition, store);
      const steps = await collected(history.each({ where: { entityType: "Door", entityId: "d1" } }));
      expect(
        steps.map(({ event, from, to, by, reason, entityVersion }) => ({ event, from, to, by, reason, entityVersion })),
      ).toEqual([
        { event: "open", from: "shut", to: "open", by: "ann", reason: "too warm", entityVersion: 2 },
        { event: "close", from: "open", to: "shut", by: "bob", reason: null, entityVersion: 3 },
      ]);
    });

    test("leaves none of a step that was refused", async () => {
      const doors = repository(Door, store);
      const door = await doors.create({ id: "d1" });
      await doors.save(door);
      await doors.tryTransition(door, "open");
      await doors.tryTransition("d1", "close");
      expect(await repository(Transition, store).count()).toBe(0);
    });
  });
});
