import { defineEntity, defineLifecycle, defineModel } from "@holdfast/core";
import type { JsonObject } from "@holdfast/core";
import {
  Case,
  createCaseRepository,
  createJobRepository,
  defineWorkflow,
  EntityLifecycle,
  Job,
  loadRunning,
  Mission,
  missionLifecycle,
  PersistentEntityLifecycle,
  repository,
  StorageManager,
} from "@holdfast/repositories";
import type { CrudStorage } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { eachWithManager, untyped } from "./managers.ts";
import { existing, failureOf } from "./support.ts";

const draft = { name: "a job", agentName: "ann" };

describe("a step on a value", () => {
  const job = { id: "j1", name: "N", status: "stopped" as const, finishedAt: null };

  test("gives a new value, and leaves the one that was handed in as it is", () => {
    const step = EntityLifecycle.transition(Object.freeze(job), "in_progress");
    expect(step).toEqual({ ok: true, entity: { ...job, status: "in_progress" } });
    expect(job.status).toBe("stopped");
  });

  test("sets the time of the end once", () => {
    const stamps = { now: () => 1_735_786_965_000_000 };
    const running = { ...job, status: "in_progress" as const };
    const done = EntityLifecycle.handleEvent(running, "successfully_done", { stamps });
    expect(done).toEqual({
      ok: true,
      entity: { ...job, status: "completed", finishedAt: "2025-01-02T03:02:45.000000Z" },
    });
    const kept = EntityLifecycle.transition({ ...running, finishedAt: "earlier" }, "failed", { stamps });
    expect(kept).toMatchObject({ entity: { finishedAt: "earlier" } });
  });

  test("that is not allowed says from where, to where and what would be, and is no error", () => {
    const refused = EntityLifecycle.transition(job, "completed", { type: "Job" });
    expect(refused).toMatchObject({
      ok: false,
      message: 'status "stopped" of "Job" with id "j1" does not lead to "completed"; it leads to "in_progress"',
      error: { code: "ILLEGAL_TRANSITION", details: { from: "stopped", to: "completed", allowed: ["in_progress"] } },
    });
    expect(EntityLifecycle.handleEvent(job, "cancel_confirmed")).toMatchObject({ ok: false });
    expect(EntityLifecycle.transition({ ...job, status: "completed" }, "in_progress")).toMatchObject({
      message: expect.stringContaining("leads to no other") as string,
    });
    expect(EntityLifecycle.transition({ ...job, status: "unheard of" }, "in_progress").ok).toBe(false);
  });

  test("goes by another lifecycle where one is given", () => {
    const [edge] = missionLifecycle.edges;
    const mission = { id: "m", status: existing(edge).from };
    const step = EntityLifecycle.handleEvent(mission, existing(edge).event, { lifecycle: missionLifecycle });
    expect(step).toMatchObject({ ok: true, entity: { status: existing(edge).to } });
  });
});

describe.each(storesUnderTest())("a step that is stored, on $name", (target) => {
  let manager: StorageManager;
  eachWithManager(target, (opened) => (manager = opened));

  test("stores an entity that was not stored yet, with its first step", async () => {
    const job = { ...existing(await fresh(manager)), id: "j2" };
    const step = await PersistentEntityLifecycle.transition(job, "in_progress", manager);
    expect(step).toMatchObject({ ok: true, entity: { id: "j2", status: "in_progress" } });
    expect(await createJobRepository(manager).getById("j2")).toMatchObject({ ...draft, status: "in_progress" });
  });

  test("goes by what is stored, and writes no other edit of the value that is handed in", async () => {
    const job = existing(await fresh(manager));
    await PersistentEntityLifecycle.handleEvent({ ...job, name: "edited" }, "start_work", manager);
    expect(await createJobRepository(manager).getById("j1")).toMatchObject({ name: "a job", status: "in_progress" });
    expect(await PersistentEntityLifecycle.handleEvent(job, "awaiting_on_input", manager)).toMatchObject({
      entity: { status: "awaiting" },
    });
    expect(job.status).toBe("stopped");
  });

  test("is for cases too, and for any entity that is named", async () => {
    const made = await createCaseRepository(manager).save({ id: "c1", jobId: "j1", name: "a case" });
    expect(await PersistentEntityLifecycle.transition(made, "in_progress", manager)).toMatchObject({
      entity: { jobId: "j1", status: "in_progress" },
    });
    expect(await manager.getObjectById("Case", "c1")).toMatchObject({ status: "in_progress" });
    const missions = new PersistentEntityLifecycle(Mission, manager);
    const store = await manager.store();
    await repository(Mission, store).create({ id: "m1", name: "a mission" });
    const [edge] = missionLifecycle.edges.filter(({ from }) => from === missionLifecycle.initial);
    expect(await missions.handleEvent("m1", existing(edge).event, { patch: { progress: 10 } })).toMatchObject({
      ok: true,
      entity: { status: existing(edge).to, progress: 10, name: "a mission" },
    });
    expect(await missions.handleEvent("nowhere", existing(edge).event)).toMatchObject({
      ok: false,
      error: { code: "NOT_FOUND" },
    });
  });

  test("refuses a value of which nobody can tell what it is", async () => {
    const job = existing(await fresh(manager));
    const neither = { id: "x", name: "x", status: "stopped" };
    const stepping = untyped(
      async (value) => PersistentEntityLifecycle.transition(value, "in_progress", manager),
      neither,
    );
    expect((await failureOf(stepping)).code).toBe("INVALID_ENTITY");
    const both = { ...job, jobId: "j" };
    expect((await failureOf(PersistentEntityLifecycle.transition(both, "in_progress", manager))).code).toBe(
      "INVALID_ENTITY",
    );
  });

  test("is done by one of many who try it at once", async () => {
    const job = existing(await fresh(manager));
    const steps = await Promise.all(
      Array.from({ length: 8 }, async () => PersistentEntityLifecycle.handleEvent(job, "start_work", manager)),
    );
    expect(steps.filter(({ ok }) => ok)).toHaveLength(1);
  });

  test("that cannot be saved is thrown, and what is stored and what is held still agree", async () => {
    const jobs = new PersistentEntityLifecycle(Job, manager);
    const job = existing(await fresh(manager));
    const before = structuredClone(job);
    const bad = { patch: { metadata: { n: Number.POSITIVE_INFINITY } } };
    expect((await failureOf(jobs.handleEvent(job, "start_work", bad))).code).toBe("UNSERIALIZABLE_VALUE");
    const unsaved = { ...job, id: "j2", metadata: { n: Number.NaN } };
    expect((await failureOf(jobs.handleEvent(unsaved, "start_work"))).code).toBe("UNSERIALIZABLE_VALUE");
    expect([job, await createJobRepository(manager).getAll()]).toEqual([before, [before]]);
  });

  test("keeps a history where the manager's own model says so", async () => {
    const { model } = defineWorkflow({ history: true });
    await using other = await StorageManager.open(await target.freshUrl(), { model });
    const job = existing(await fresh(other));
    expect(await PersistentEntityLifecycle.handleEvent(job, "start_work", other)).toMatchObject({ ok: true });
    expect(await other.getObjects("Transition")).toMatchObject([{ event: "start_work", entityId: "j1" }]);
  });

  test("of a job read at startup works like any other", async () => {
    await createJobRepository(manager).save({ ...draft, id: "j1", status: "awaiting" });
    const { jobs } = await loadRunning(await manager.store());
    const loaded = existing(jobs.get("j1"));
    expect(await PersistentEntityLifecycle.handleEvent(loaded, "input_received", manager)).toMatchObject({
      entity: { status: "in_progress" },
    });
  });
});

async function fresh(
  manager: StorageManager,
): Promise<Awaited<ReturnType<ReturnType<typeof createJobRepository>["getById"]>>> {
  const jobs = createJobRepository(manager);
  await jobs.save({ ...draft, id: "j1" });
  return jobs.getById("j1");
}

describe("a step over a storage of four methods", () => {
  function storageOf(kept: Map<string, JsonObject>, save?: () => never): CrudStorage {
    return {
      saveObject: (type, object) => save?.() ?? kept.set(`${type} ${JSON.stringify(object["id"])}`, object),
      getObjects: () => [...kept.values()],
      getObjectById: (type, id) => kept.get(`${type} "${id}"`),
      deleteObject: (type, id) => kept.delete(`${type} "${id}"`),
    };
  }
  const item = { id: "c1", jobId: "j1", name: "a case" };

  test("is saved there, with its first step or a later one", async () => {
    const kept = new Map<string, JsonObject>();
    const cases = new PersistentEntityLifecycle(Case, storageOf(kept));
    const made = existing(await createCaseRepository(storageOf(kept)).save(item));
    expect(await cases.transition({ ...made, id: "c2" }, "in_progress")).toMatchObject({ ok: true });
    expect(await cases.handleEvent("c1", "start_work", { patch: { totalCost: 2 } })).toMatchObject({ ok: true });
    expect(await cases.handleEvent("c1", "start_work")).toMatchObject({ ok: false });
    expect(await cases.handleEvent("c3", "start_work")).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    expect(Array.from(kept.values(), ({ id, status, totalCost }) => [id, status, totalCost])).toEqual([
      ["c1", "in_progress", 2],
      ["c2", "in_progress", 0],
    ]);
  });

  test("whose save fails changes nothing that anybody holds", async () => {
    const kept = new Map<string, JsonObject>();
    const made = await createCaseRepository(storageOf(kept)).save(item);
    const before = structuredClone([...kept]);
    const failing = storageOf(kept, () => {
      throw new TypeError("the disk is gone");
    });
    await expect(PersistentEntityLifecycle.transition(made, "in_progress", failing)).rejects.toThrow(
      "the disk is gone",
    );
    expect([made.status, [...kept]]).toEqual(["stopped", before]);
  });

  test("is refused where a history has to be kept, which is for a store, and where there is no lifecycle", async () => {
    const lifecycle = defineLifecycle({
      statuses: ["a", "b"],
      initial: "a",
      events: { go: { from: "a", to: "b" } },
      history: true,
    });
    const Tale = defineEntity({ name: "Tale", schema: z.object({ title: z.string() }), lifecycle });
    const Stone = defineEntity({ name: "Stone", schema: z.object({}) });
    const step = new PersistentEntityLifecycle(Tale, storageOf(new Map())).handleEvent(
      { id: "t", title: "T", status: "a" },
      "go",
    );
    expect((await failureOf(step)).code).toBe("INVALID_CONFIG");
    await using manager = new StorageManager(":memory:", { model: defineModel([Tale, Stone]) });
    const told = await new PersistentEntityLifecycle(Tale, manager).handleEvent(
      { id: "t", title: "T", status: "a" },
      "go",
      {
        by: "me",
      },
    );
    expect(told).toMatchObject({ ok: true, entity: { status: "b" } });
    expect(await manager.getObjects("Transition")).toMatchObject([{ event: "go", by: "me", entityId: "t" }]);
    const stones = new PersistentEntityLifecycle(Stone, manager);
    expect((await failureOf(untyped(async (event) => stones.handleEvent("s", event), "go"))).code).toBe(
      "INVALID_CONFIG",
    );
  });
});
