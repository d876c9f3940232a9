/** What the storage of the original system promised and tested, one test for each of its own. */
import type { JsonObject } from "@holdfast/core";
import {
  createCaseRepository,
  createJobRepository,
  createMissionRepository,
  EntityRepository,
  Job,
  jobCases,
  PersistentEntityLifecycle,
  StorageManager,
} from "@holdfast/repositories";
import type { Case, PlainEntityOf } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { eachInFolder, eachWithManager } from "./managers.ts";
import { existing, failureOf } from "./support.ts";

async function crudWorks(manager: StorageManager): Promise<void> {
  await manager.saveObject("Test", { id: "a", name: "one" });
  expect(await manager.getObjectById("Test", "a")).toEqual({ id: "a", name: "one" });
  expect(await manager.deleteObject("Test", "a")).toBe(true);
  expect(await manager.getObjects("Test")).toEqual([]);
}

describe("where a storage manager keeps what it is given", () => {
  let folder: string;
  eachInFolder((made) => (folder = made));

  test("in memory where the environment names memory, and no file is made", async () => {
    vi.stubEnv("HOLDFAST_STORE", "memory:");
    await using manager = new StorageManager();
    await crudWorks(manager);
    expect([manager.url, await readdir(folder)]).toEqual(["memory:", []]);
  });

  test("in the file of its environment: production, development and test have one each", async () => {
    for (const [name, data] of [
      ["production", "data"],
      ["development", "dev_data"],
      ["test", "test_data"],
    ] as const) {
      vi.stubEnv("HOLDFAST_ENV", name);
      await using manager = new StorageManager();
      await crudWorks(manager);
      await manager.saveObject("Test", { id: name });
      expect(existsSync(path.join(folder, data, "entities.json"))).toBe(true);
      expect(await manager.getObjects("Test")).toEqual([{ id: name }]);
    }
  });

  test("in the file that is named, whatever the environment says", async () => {
    vi.stubEnv("HOLDFAST_STORE", "memory:");
    await using manager = new StorageManager("./named/entities.json");
    await crudWorks(manager);
    expect(existsSync(path.join(folder, "named/entities.json"))).toBe(true);
  });

  test("in memory where that is named, whatever the environment says", async () => {
    vi.stubEnv("HOLDFAST_ENV", "production");
    await using manager = new StorageManager(":memory:");
    await crudWorks(manager);
    expect(await readdir(folder)).toEqual([]);
  });

  test("a manager makes the folders of its file, and only with the first call", async () => {
    await using manager = new StorageManager("a/b/entities.json");
    expect(await readdir(folder)).toEqual([]);
    await manager.getObjects("Test");
    expect(existsSync(path.join(folder, "a/b/entities.json"))).toBe(true);
    expect(manager.url).toBe(`json:${path.join(folder, "a/b/entities.json")}`);
  });
});

const jobOf = (
  id: string,
  more: Partial<PlainEntityOf<typeof Job>> = {},
): { id: string; name: string; agentName: string } => ({
  id,
  name: `job ${id}`,
  agentName: "ann",
  ...more,
});

describe.each(storesUnderTest())("the storage of the original system, on $name", (target) => {
  let manager: StorageManager;
  eachWithManager(target, (opened) => (manager = opened));

  test("a saved object is read back equal", async () => {
    const object = { id: "a", name: "one", nested: { list: [1, "two", null, { deep: true }] }, "": 0, ünï: "𝄞" };
    expect(await manager.saveObject("Test", object)).toEqual(object);
    expect(await manager.getObjectById("Test", "a")).toEqual(object);
  });

  test("an object without an id is refused", async () => {
    for (const object of [{ name: "x" }, { id: "" }, { id: null }, { id: undefined }]) {
      const error = await failureOf(manager.saveObject("Test", object));
      expect([error.code, error.message]).toEqual(["INVALID_ID", expect.stringContaining("must have an 'id' field")]);
    }
    expect(await manager.getObjects("Test")).toEqual([]);
  });

  test("the row of a server, of a type that nobody declared, is kept beside jobs and cases", async () => {
    const agents = [{ name: "ann", version: "1.0", api_path: "/ann" }];
    const server = { id: "server_instance", host: "0.0.0.0", port: 8_000, agents, start_time: 1_735_786_965.25 };
    await manager.saveObject("ServerInfo", server);
    expect(await manager.getObjects("ServerInfo")).toEqual([server]);
  });

  test("all objects of a type are listed", async () => {
    await manager.saveObject("Test", { id: "a" });
    await manager.saveObject("Test", { id: "b" });
    await manager.saveObject("Other", { id: "c" });
    expect(await manager.getObjects("Test")).toEqual([{ id: "a" }, { id: "b" }]);
    expect(await manager.getObjects("Unknown")).toEqual([]);
  });

  test("an object is found by its id, and a miss is undefined", async () => {
    await manager.saveObject("Test", { id: "a", n: 1 });
    expect(await manager.getObjectById("Test", "a")).toEqual({ id: "a", n: 1 });
    expect(await manager.getObjectById("Test", "b")).toBeUndefined();
    expect(await manager.getObjectById("Unknown", "a")).toBeUndefined();
  });

  test("a deleted object is gone, and deleting again says that there was none", async () => {
    await manager.saveObject("Test", { id: "a" });
    expect(await manager.deleteObject("Test", "a")).toBe(true);
    expect(await manager.getObjectById("Test", "a")).toBeUndefined();
    expect(await manager.deleteObject("Test", "a")).toBe(false);
  });

  test("a reset leaves no object of any type", async () => {
    await manager.saveObject("Job", jobOf("j1"));
    await manager.saveObject("Case", { id: "c1", jobId: "j1" });
    await manager.resetStorage();
    expect([await manager.getObjects("Job"), await manager.getObjects("Case")]).toEqual([[], []]);
    await manager.saveObject("Job", jobOf("j1"));
    expect(await manager.getObjects("Job")).toHaveLength(1);
  });

  test("the cases of a job are found by the job's id", async () => {
    for (const [id, jobId] of [
      ["c1", "j1"],
      ["c2", "j2"],
      ["c3", "j1"],
    ]) {
      await manager.saveObject("Case", { id, jobId, name: `case ${id}` });
    }
    expect((await manager.getCasesForJob("j1")).map(({ id }) => id)).toEqual(["c1", "c3"]);
    expect((await manager.getCasesForJob("j2")).map(({ id }) => id)).toEqual(["c2"]);
    expect(await manager.getCasesForJob("j3")).toEqual([]);
  });

  test("five workers save and read ten objects each, and all fifty are there", async () => {
    const worker = async (name: number): Promise<void> => {
      for (let n = 0; n < 10; n++) {
        const object = { id: `${name}-${n}`, worker: name, n };
        await manager.saveObject("Test", object);
        expect(await manager.getObjectById("Test", object.id)).toEqual(object);
      }
    };
    await Promise.all([0, 1, 2, 3, 4].map(worker));
    expect(await manager.getObjects("Test")).toHaveLength(50);
  });

  test("ten workers save a hundred times each and read back what they saved, and no save is lost", async () => {
    const worker = async (name: number): Promise<void> => {
      for (let n = 0; n < 100; n++) {
        const object = { id: `${name}-${n}`, worker: name, n };
        await manager.saveObject("Test", object);
        expect(await manager.getObjectById("Test", object.id)).toEqual(object);
      }
    };
    await Promise.all(Array.from({ length: 10 }, (_, name) => worker(name)));
    expect(new Set((await manager.getObjects("Test")).map(({ id }) => id)).size).toBe(1_000);
  });

  test("five workers save ten items each in transactions, and a failing item leaves none of its transaction", async () => {
    const worker = async (name: number): Promise<void> =>
      manager.transaction(async (objects) => {
        for (let n = 0; n < 10; n++) await objects.saveObject("Test", { id: `${name}-${n}`, n });
        if (name === 3) await objects.saveObject("Test", { id: "bad", n: Number.NaN });
      });
    const outcomes = await Promise.allSettled([0, 1, 2, 3, 4].map(worker));
    expect(outcomes.map(({ status }) => status)).toEqual(
      [0, 1, 2, 3, 4].map((name) => (name === 3 ? "rejected" : "fulfilled")),
    );
    const stored = (await manager.getObjects("Test")).map(({ id }) => id);
    expect(stored).toHaveLength(40);
    expect(stored.filter((id) => typeof id === "string" && /^(?:3-|bad)/.test(id))).toEqual([]);
  });

  test("a repository says what it keeps, and where", () => {
    const jobs = new EntityRepository(Job, manager);
    expect([jobs.entity, jobs.typeName, jobs.storage]).toEqual([Job, "Job", manager]);
    expect(jobs.storage).toBe(manager);
  });

  test("a repository gives back by id what it saved", async () => {
    const jobs = createJobRepository(manager);
    const saved = await jobs.save(jobOf("j1"));
    expect(await jobs.getById("j1")).toEqual(saved);
    expect(saved).toMatchObject({ id: "j1", name: "job j1", agentName: "ann", status: "stopped", caseIds: [] });
    expect(await jobs.getById("j2")).toBeUndefined();
  });

  test("a repository gives all that it saved, typed", async () => {
    const jobs = createJobRepository(manager);
    expect(await jobs.getAll()).toEqual([]);
    await jobs.save(jobOf("j1"));
    await jobs.save(jobOf("j2"));
    expect((await jobs.getAll()).map(({ id, agentName, status }) => [id, agentName, status])).toEqual([
      ["j1", "ann", "stopped"],
      ["j2", "ann", "stopped"],
    ]);
  });

  test("a repository deletes, and says whether there was something", async () => {
    const jobs = createJobRepository(manager);
    await jobs.save(jobOf("j1"));
    expect([await jobs.delete("j1"), await jobs.getById("j1"), await jobs.delete("j1")]).toEqual([
      true,
      undefined,
      false,
    ]);
  });

  test("a step to a status is stored", async () => {
    const job = await createJobRepository(manager).save(jobOf("j1"));
    const step = await PersistentEntityLifecycle.transition(job, "in_progress", manager);
    expect(step).toMatchObject({ ok: true, entity: { id: "j1", status: "in_progress", finishedAt: null } });
    expect(await manager.getObjectById("Job", "j1")).toMatchObject({ status: "in_progress" });
  });

  test("a step by an event is stored", async () => {
    const jobs = createJobRepository(manager);
    const started = await PersistentEntityLifecycle.handleEvent(await jobs.save(jobOf("j1")), "start_work", manager);
    if (!started.ok) throw started.error;
    const done = await PersistentEntityLifecycle.handleEvent(started.entity, "successfully_done", manager);
    if (!done.ok) throw done.error;
    expect(done.entity.status).toBe("completed");
    expect(done.entity.finishedAt).toBeTypeOf("string");
    expect((await jobs.getById("j1"))?.finishedAt).toBe(done.entity.finishedAt);
  });

  test("a step that is not allowed says so, and stores nothing", async () => {
    const job = await createJobRepository(manager).save(jobOf("j1"));
    const before = await manager.getObjects("Job");
    const refused = await PersistentEntityLifecycle.transition(job, "completed", manager);
    expect(refused).toMatchObject({ ok: false, error: { code: "ILLEGAL_TRANSITION" } });
    expect(refused.ok ? "" : refused.message).toMatch(/"stopped".*"j1".*"completed"/);
    expect(await manager.getObjects("Job")).toEqual(before);
    const unsaved = { ...job, id: "j2" };
    expect((await PersistentEntityLifecycle.handleEvent(unsaved, "cancel_confirmed", manager)).ok).toBe(false);
    expect(await manager.getObjectById("Job", "j2")).toBeUndefined();
  });

  test("there is a ready repository for jobs, for cases and for missions", async () => {
    expect([
      createJobRepository(manager),
      createCaseRepository(manager),
      createMissionRepository(manager),
    ]).toMatchObject([{ typeName: "Job" }, { typeName: "Case" }, { typeName: "Mission" }]);
    await createMissionRepository(manager).save({ id: "m1", name: "a mission" });
    expect(await manager.getObjectById("Mission", "m1")).toMatchObject({ name: "a mission" });
  });

  test("a job is kept with all its fields, its empty list of cases among them", async () => {
    const context = {
      workspaceId: "w",
      jobId: "j1",
      startedBy: "me",
      startedAt: "2025-01-02T03:04:05",
      missionId: "m",
    };
    const jobContext = { ...context, missionName: "M", missionContext: { any: [1] }, jobInstructions: null };
    await createJobRepository(manager).save({ ...jobOf("j1"), jobContext, agentParameters: [{ a: 1 }] });
    expect(await manager.getObjectById("Job", "j1")).toEqual({
      ...jobOf("j1"),
      status: "stopped",
      finishedAt: null,
      missionId: null,
      jobContext,
      payload: null,
      result: null,
      error: null,
      responses: [],
      agentParameters: [{ a: 1 }],
      caseIds: [],
      metadata: {},
      searchText: "j1\njob j1",
    } satisfies JsonObject);
  });

  test("a case is kept with its job and its name", async () => {
    const cases = createCaseRepository(manager);
    await cases.save({ id: "c1", jobId: "j1", name: "a case", description: "of a job" });
    expect(await cases.getById("c1")).toMatchObject({ id: "c1", jobId: "j1", name: "a case", totalCost: 0 });
  });

  test("a case that is made for a job is listed on the job and found by it", async () => {
    await createJobRepository(manager).save(jobOf("j1"));
    const relation = jobCases.of(await manager.store());
    const made: Case = await relation.create("j1", { name: "a case" });
    expect(existing(await createJobRepository(manager).getById("j1")).caseIds).toEqual([made.id]);
    expect((await manager.getCasesForJob("j1")).map(({ id }) => id)).toEqual([made.id]);
  });
});
