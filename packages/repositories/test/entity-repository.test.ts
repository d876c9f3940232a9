import { defineEntity, defineModel, HoldfastError } from "@holdfast/core";
import type { JsonObject } from "@holdfast/core";
import {
  createJobRepository,
  EntityLifecycle,
  EntityRepository,
  Job,
  repository,
  StorageManager,
  workflowModel,
} from "@holdfast/repositories";
import type { CrudStorage } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { eachInFolder, eachWithManager, untyped } from "./managers.ts";
import { existing, failureOf } from "./support.ts";

const job = { name: "a job", agentName: "ann" };

describe.each(storesUnderTest())("entities over a storage manager, on $name", (target) => {
  let manager: StorageManager;
  let jobs: EntityRepository<typeof Job>;
  eachWithManager(target, (opened) => {
    manager = opened;
    jobs = createJobRepository(opened);
  });

  test("reading changes nothing, however often", async () => {
    const response = {
      jobId: "j1",
      status: "failed" as const,
      message: "boom",
      errorMessage: "x",
      errorTraceback: "y",
    };
    await jobs.save({ ...job, id: "j1", responses: [response], status: "failed", finishedAt: "2025-01-02T03:04:05" });
    const before = await manager.getObjects("Job");
    const read = await jobs.getById("j1");
    expect(read).toMatchObject({ responses: [response], finishedAt: "2025-01-02T03:04:05" });
    expect(await jobs.getAll()).toEqual([read]);
    expect(await jobs.getAll()).toEqual([read]);
    expect(await manager.getObjects("Job")).toEqual(before);
  });

  test("a row that does not fit is reported beside the others, or thrown where nobody asked for that", async () => {
    await jobs.save({ ...job, id: "j1" });
    await manager.saveObject("Job", { id: "j2", name: "no agent", status: "stopped" });
    await manager.saveObject("Job", { ...job, id: "j3", status: "paused" });
    const { items, invalid } = await jobs.getAll({ onInvalid: "report" });
    expect(items.map(({ id }) => id)).toEqual(["j1"]);
    expect(invalid.map(({ id, error }) => [id, error.code, error.details["path"]])).toEqual([
      ["j2", "INVALID_ENTITY", ["agentName"]],
      ["j3", "INVALID_ENTITY", ["status"]],
    ]);
    expect((await failureOf(jobs.getAll())).details).toMatchObject({ id: "j2" });
    expect((await failureOf(jobs.getById("j2"))).code).toBe("INVALID_ENTITY");
  });

  test("a row that does not fit is put right by saving over it", async () => {
    await manager.saveObject("Job", { id: "j1", name: "no agent", status: "paused" });
    await jobs.save({ ...job, id: "j1", status: "awaiting" });
    expect(await jobs.getById("j1")).toMatchObject({ agentName: "ann", status: "awaiting" });
  });

  test("a field that is left out is gone, and one that the schema does not know stays with its entity", async () => {
    await manager.saveObject("Job", { ...job, id: "j1", status: "stopped", error: "boom", legacy: [1] });
    const read = existing(await jobs.getById("j1"));
    await jobs.save({ ...read, error: undefined, name: "b" });
    expect(await manager.getObjectById("Job", "j1")).toMatchObject({ legacy: [1], error: null, name: "b" });
    await jobs.save({ ...job, id: "j1" });
    expect(await manager.getObjectById("Job", "j1")).not.toHaveProperty("legacy");
  });

  test("a new entity may have any status; a stored one goes only where events lead", async () => {
    await jobs.save({ ...job, id: "j1", status: "in_progress" });
    expect((await jobs.save({ ...job, id: "j1", name: "b" })).status).toBe("in_progress");
    const ended = await jobs.save({ ...job, id: "j1", status: "cancelled" });
    expect(ended.status).toBe("cancelled");
    expect(ended.finishedAt).toBeTypeOf("string");
    for (const status of ["in_progress", "stopped", "failed"] as const) {
      const error = await failureOf(jobs.save({ ...job, id: "j1", status }));
      expect([error.code, error.details["field"], error.details["from"]]).toEqual([
        "ILLEGAL_TRANSITION",
        "status",
        "cancelled",
      ]);
    }
    expect(await jobs.getById("j1")).toMatchObject({ status: "cancelled" });
  });

  test("the time of an end is never changed or taken away", async () => {
    const ended = { ...job, id: "j1", status: "completed" as const, finishedAt: "2025-01-02T03:04:05" };
    await jobs.save(ended);
    expect((await failureOf(jobs.save({ ...ended, finishedAt: null }))).code).toBe("ILLEGAL_TRANSITION");
    expect((await failureOf(jobs.save({ ...ended, finishedAt: "2026-01-02T03:04:05" }))).code).toBe(
      "ILLEGAL_TRANSITION",
    );
    expect(await jobs.save({ ...ended, finishedAt: undefined, name: "b" })).toMatchObject({
      finishedAt: ended.finishedAt,
    });
  });

  test("a late save never takes back what another writer ended meanwhile", async () => {
    const read = await jobs.save({ ...job, id: "j1", status: "in_progress" });
    await repository(Job, await manager.store()).transition("j1", "successfully_done");
    expect((await failureOf(jobs.save({ ...read, name: "late" }))).code).toBe("ILLEGAL_TRANSITION");
    expect(await jobs.getById("j1")).toMatchObject({ status: "completed", name: "a job" });
  });

  test("a step on a value is saved as it is", async () => {
    const step = EntityLifecycle.handleEvent(await jobs.save({ ...job, id: "j1" }), "start_work");
    if (!step.ok) throw step.error;
    expect(await jobs.save(step.entity)).toEqual(step.entity);
  });

  test("an entity without an id is given one", async () => {
    const { id } = await jobs.save(job);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await jobs.getById(id)).toMatchObject(job);
  });

  test("what does not fit is refused, and nothing is stored", async () => {
    const wrong: readonly [object, string][] = [
      [{ id: "j1", name: 5, agentName: "ann" }, "INVALID_ENTITY"],
      [{ ...job, id: 5 }, "INVALID_ID"],
      [{ ...job, id: "" }, "INVALID_ID"],
      [{ ...job, id: "j1", status: "paused" }, "INVALID_ENTITY"],
      [{ ...job, id: "j1", metadata: { n: Number.NaN } }, "UNSERIALIZABLE_VALUE"],
    ];
    for (const [draft, code] of wrong) {
      expect((await failureOf(untyped(async (each) => jobs.save(each), draft))).code).toBe(code);
    }
    expect(await manager.getObjects("Job")).toEqual([]);
  });

  test("codecs decode what is read and encode what is saved", async () => {
    const isoDate = z.codec(z.iso.datetime(), z.date(), {
      decode: (text) => new Date(text),
      encode: (date) => date.toISOString(),
    });
    const Meeting = defineEntity({ name: "Meeting", schema: z.object({ on: isoDate }), indexes: [["on"]] });
    await using other = new StorageManager(":memory:", { model: defineModel([...workflowModel.entities, Meeting]) });
    const meetings = new EntityRepository(Meeting, other);
    const on = new Date("2026-01-02T03:04:05.000Z");
    await meetings.save({ id: "m1", on });
    expect(await meetings.getById("m1")).toEqual({ id: "m1", on });
    expect(await other.getObjectById("Meeting", "m1")).toEqual({ id: "m1", on: on.toISOString() });
  });
});

test("a storage of four methods is read before it is saved to, so a status is guarded there too", async () => {
  const kept = new Map<string, JsonObject>();
  const storage: CrudStorage = {
    saveObject: (_type, object) => kept.set("j1", object),
    getObjects: () => [...kept.values()],
    getObjectById: (_type, id) => kept.get(id),
    deleteObject: (_type, id) => kept.delete(id),
  };
  const jobs = createJobRepository(storage);
  await jobs.save({ ...job, id: "j1", status: "completed" });
  const error: unknown = await jobs
    .save({ ...job, id: "j1", status: "in_progress" })
    .catch((thrown: unknown) => thrown);
  expect(HoldfastError.is(error, "ILLEGAL_TRANSITION")).toBe(true);
  expect(kept.get("j1")).toMatchObject({ status: "completed" });
});

describe("without a storage", () => {
  eachInFolder(() => undefined);

  test("all repositories share the place that the environment names", async () => {
    vi.stubEnv("HOLDFAST_STORE", "memory:");
    await createJobRepository().save({ ...job, id: "j1" });
    expect(await createJobRepository().getById("j1")).toMatchObject(job);
    await new StorageManager().close();
    expect(await createJobRepository().getById("j1")).toBeUndefined();
    await new StorageManager().close();
  });
});
