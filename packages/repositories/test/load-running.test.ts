import { defineEntity, defineModel } from "@holdfast/core";
import type { JsonObject, Store, StoreSession } from "@holdfast/core";
import {
  Cases,
  createJobRepository,
  defineWorkflow,
  Job,
  Jobs,
  loadAll,
  loadRunning,
  Mission,
  registry,
  repository,
  StorageManager,
  workflow,
  workflowModel,
} from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { eachWithTenant, existing, failureOf } from "./support.ts";

/** Stored as another program may have left it, whatever its status. */
async function left(session: StoreSession, type: string, bodies: Readonly<Record<string, JsonObject>>): Promise<void> {
  const puts = Object.entries(bodies).map(([id, body]) => ({ put: { type, id, documentVersion: 1, body } }));
  await session.write(puts.map((put) => ({ ...put, expect: "any" as const })));
}

const job = (status: JsonObject["status"], more: JsonObject = {}): JsonObject => ({
  name: "a job",
  agentName: "ann",
  ...(status !== undefined && { status }),
  ...more,
});
const item = (status: string, jobId: string): JsonObject => ({ name: "a case", jobId, status });
const idsOf = (held: Iterable<{ readonly id: string }>): readonly string[] => Array.from(held, ({ id }) => id);

const Errand = defineEntity({ name: "Errand", schema: z.object({ due: z.iso.datetime() }) });
const model = defineModel([...workflowModel.entities, Errand]);

describe.each(storesUnderTest())("what a program that starts takes up again, on $name", (target) => {
  let store: Store;
  eachWithTenant(target, model, (view) => (store = view));

  test("jobs and cases in progress, cancelling or awaiting are loaded, and the rest stays where it is", async () => {
    await left(store, "Job", { j1: job("in_progress"), j2: job("awaiting"), j3: job("completed"), j4: job("stopped") });
    await left(store, "Case", {
      c1: item("in_progress", "j1"),
      c2: item("cancelling", "j1"),
      c3: item("failed", "j1"),
    });
    const { jobs, cases, broken, orphans, counts } = await loadRunning(store);
    expect([idsOf(jobs), idsOf(cases), broken, orphans]).toEqual([["j1", "j2"], ["c1", "c2"], [], []]);
    expect(Object.fromEntries(counts)).toEqual({
      Job: { loaded: 2, broken: 0, orphans: 0 },
      Case: { loaded: 2, broken: 0, orphans: 0 },
    });
    expect([idsOf(jobs.of("ann")), idsOf(cases.of("j1"))]).toEqual([
      ["j1", "j2"],
      ["c1", "c2"],
    ]);
  });

  test("they are whole: defaults, times and unknown fields are there, and their steps can be worked with", async () => {
    await left(store, "Job", { j1: job("in_progress", { legacy: 1 }) });
    const step = { index: 1, scheduledAt: "2025-01-02T03:04:05Z", scheduledStatus: "pending" };
    await left(store, "Case", { c1: { ...item("awaiting", "j1"), updates: [step] } });
    const { jobs, cases } = await loadRunning(store);
    const loaded = existing(jobs.get("j1"));
    expect(loaded).toEqual(await repository(Job, store).get("j1"));
    expect(loaded).toMatchObject({ caseIds: [], finishedAt: null, legacy: 1, version: 1 });
    expect(existing(cases.get("c1")).updates).toMatchObject([{ ...step, cost: null, isFinal: false }]);
    const stepped = await repository(Job, store).transition(loaded, "successfully_done");
    expect(stepped.status).toBe("completed");
  });

  test("the scheduled steps of what is taken up are due at their time, and one program does each", async () => {
    const pending = (scheduledAt: string): JsonObject => ({ name: "call", scheduledAt, scheduledStatus: "pending" });
    const updates = [pending("2025-01-02T03:04:05-03:30"), pending("2999-01-01T00:00:00Z")];
    await left(store, "Job", { j1: job("in_progress") });
    await left(store, "Case", { c1: { ...item("in_progress", "j1"), updates }, c2: item("completed", "j1") });
    const { cases } = await loadRunning(store);
    const work = workflow(store);
    const [due, ...others] = await work.dueSteps();
    expect([due?.case.id, due?.step.scheduledAt, others]).toEqual(["c1", "2025-01-02T03:04:05-03:30", []]);
    const started = await work.startStep("c1", existing(due).index);
    expect(cases.add(started)).toBe(true);
    expect(await work.dueSteps()).toEqual([]);
  });

  test("what is broken is reported with type, id and why, and all else is loaded", async () => {
    await left(store, "Job", {
      good: job("in_progress"),
      anonymous: { name: "no agent", status: "awaiting" },
      shouting: job("IN_PROGRESS"),
      adrift: job("paused"),
      early: job("aaa"),
      late: job("zzz"),
      silent: { name: "no status", agentName: "ann" },
      done: { name: "no agent, but at rest", status: "completed" },
    });
    await left(store, "Case", { c1: item("in_progress", "good"), c2: { jobId: "good", status: "cancelling" } });
    const { jobs, cases, broken, counts } = await loadRunning(store);
    expect([idsOf(jobs), idsOf(cases)]).toEqual([["good"], ["c1"]]);
    expect(
      new Map(broken.map(({ type, id, error }) => [`${type} ${id}`, [error.code, error.details["path"]]])),
    ).toEqual(
      new Map([
        ["Job anonymous", ["INVALID_ENTITY", ["agentName"]]],
        ["Job shouting", ["INVALID_ENTITY", ["status"]]],
        ["Job adrift", ["INVALID_ENTITY", ["status"]]],
        ["Job early", ["INVALID_ENTITY", ["status"]]],
        ["Job late", ["INVALID_ENTITY", ["status"]]],
        ["Job silent", ["INVALID_ENTITY", ["status"]]],
        ["Case c2", ["INVALID_ENTITY", ["name"]]],
      ]),
    );
    expect(broken[0]?.reason).toContain("agentName");
    expect(counts.get("Job")).toEqual({ loaded: 1, broken: 6, orphans: 0 });
  });

  test("a case whose job is not stored is loaded and reported; whether its job runs does not matter", async () => {
    await left(store, "Job", { done: job("completed"), running: job("in_progress") });
    await left(store, "Case", {
      c1: item("in_progress", "done"),
      c2: item("in_progress", "nowhere"),
      c3: item("completed", "running"),
    });
    const { cases, orphans } = await loadRunning(store);
    expect(idsOf(cases)).toEqual(["c1", "c2"]);
    expect(orphans).toEqual([{ type: "Case", id: "c2", field: "jobId", parent: { type: "Job", id: "nowhere" } }]);
  });

  test("nothing is written, and what was held before is replaced only once all was read", async () => {
    await left(store, "Job", { j1: job("in_progress"), j2: job("awaiting") });
    const before = (await store.find({ type: "Job" })).records;
    const [jobs, cases] = [Jobs(), Cases()];
    await loadRunning(store, { jobs, cases });
    expect((await store.find({ type: "Job" })).records).toEqual(before);
    await store.write([{ delete: { type: "Job", id: "j1" }, expect: "any" }]);
    const failed = failureOf(loadRunning(store, { jobs, cases, others: [registry(Errand)] }));
    expect((await failed).code).toBe("INVALID_CONFIG");
    expect(idsOf(jobs)).toEqual(["j1", "j2"]);
    await loadRunning(store, { jobs, cases });
    expect(idsOf(jobs)).toEqual(["j2"]);
    const inside = await store.transaction(async (session) => {
      await session.write([{ delete: { type: "Job", id: "j2" }, expect: "any" }]);
      return loadRunning(session);
    });
    expect(inside.jobs.size).toBe(0);
  });

  test("other entities go by what their own lifecycles call work under way", async () => {
    const missions = repository(Mission, store);
    const { id } = await missions.create({ name: "a" });
    await missions.create({ name: "b" });
    const [event] = Mission.lifecycle.edges.filter(({ to }) =>
      Mission.lifecycle.running.some((status) => status === to),
    );
    await missions.transition(id, existing(event).event);
    const others = [registry(Mission)];
    const { counts } = await loadRunning(store, { others });
    expect([counts.get("Mission")?.loaded, idsOf(existing(others[0]))]).toEqual([1, [id]]);
  });

  test("what is stored sealed is loaded open, by the entities that the store was opened with", async () => {
    const turned = (text: string): string => [...text].reverse().join("");
    const entities = defineWorkflow({ secrets: { seal: turned, open: turned } });
    await using sealed = await StorageManager.open(await target.freshUrl(), { model: entities.model });
    const parameters = { agentParameters: [{ key: "secret" }] };
    await createJobRepository(sealed).save({ id: "j1", name: "a", agentName: "b", status: "awaiting", ...parameters });
    expect(JSON.stringify(await sealed.getObjectById("Job", "j1"))).not.toContain("secret");
    for (const loading of [loadRunning(await sealed.store(), { entities }), loadRunning(sealed), loadAll(sealed)]) {
      expect((await loading).jobs.get("j1")).toMatchObject(parameters);
    }
    expect(await createJobRepository(sealed).getById("j1")).toMatchObject(parameters);
  });

  test("more than one page is loaded whole, in insertion order", async () => {
    const ids = Array.from({ length: 1_604 }, (_, at) => `j${at}`);
    const statuses = ["in_progress", "awaiting", "completed", "cancelling"];
    await left(store, "Job", Object.fromEntries(ids.map((id, at) => [id, job(statuses[at % 4] ?? null)])));
    expect(idsOf((await loadRunning(store)).jobs)).toEqual(ids.filter((_, at) => at % 4 !== 2));
  });

  test("everything can be loaded, by the same rules", async () => {
    await left(store, "Job", { j1: job("completed"), j2: job("stopped"), j3: { status: "failed" } });
    await left(store, "Case", { c1: item("cancelled", "j1"), c2: item("stopped", "nowhere") });
    await left(store, "Errand", { e1: { due: "2025-01-02T03:04:05Z" }, e2: { due: "soon" } });
    const errands = registry(Errand);
    const { jobs, cases, broken, orphans } = await loadAll(store, { others: [errands] });
    expect([idsOf(jobs), idsOf(cases), idsOf(errands)]).toEqual([["j1", "j2"], ["c1", "c2"], ["e1"]]);
    expect(broken.map(({ type, id }) => `${type} ${id}`)).toEqual(["Job j3", "Errand e2"]);
    expect(orphans.map(({ id }) => id)).toEqual(["c2"]);
  });
});
