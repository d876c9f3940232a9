import type { Store } from "@holdfast/core";
import { Case, Job, repository, workflowModel } from "@holdfast/repositories";
import type { Repository } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";
import { eachWithTenant, existing } from "./support.ts";

describe.each(storesUnderTest())("jobs and cases, on $name", (target) => {
  let store: Store;
  let jobs: Repository<typeof Job>;
  let cases: Repository<typeof Case>;
  eachWithTenant(target, workflowModel, (view) => {
    store = view;
    jobs = repository(Job, store);
    cases = repository(Case, store);
  });

  test("take short drafts", async () => {
    const job = await jobs.create({ name: "Translate", agentName: "translator" });
    expect(job).toMatchObject({
      status: "stopped",
      finishedAt: null,
      jobContext: null,
      payload: null,
      result: null,
      error: null,
      responses: [],
      agentParameters: null,
      caseIds: [],
      metadata: {},
    });
    const step = { index: 1, name: "read", cost: 0.5 };
    expect(await cases.create({ jobId: job.id, name: "Page 1", updates: [step] })).toMatchObject({
      description: "",
      account: null,
      totalCost: 0,
      finalDelivery: null,
      metadata: {},
      updates: [
        {
          ...step,
          isFinal: false,
          upsert: false,
          error: null,
          payload: null,
          scheduledAt: null,
          scheduledStatus: null,
        },
      ],
    });
  });

  test("keep their times as the text that was given", async () => {
    const started = "2025-01-02T03:04:05.123456";
    const { id } = await jobs.create({
      name: "a",
      agentName: "b",
      jobContext: {
        workspaceId: "23",
        jobId: "j",
        startedBy: "me",
        startedAt: started,
        missionId: "m",
        missionName: "M",
      },
    });
    expect((await jobs.get(id))?.jobContext).toMatchObject({
      startedAt: started,
      missionContext: null,
      jobInstructions: null,
    });
    const step = { scheduledAt: "2025-01-02T03:04:05-03:30", scheduledStatus: "pending" };
    const kept = await cases.create({ jobId: id, name: "a", updates: [step] });
    expect((await cases.get(kept.id))?.updates).toMatchObject([step]);
  });

  test("go the whole way of the workflow, with the answer in the same step as its end", async () => {
    const { id } = await jobs.create({ name: "a", agentName: "b" });
    await jobs.transition(id, "start_work");
    await jobs.transition(id, "awaiting_on_input");
    await jobs.transition(id, "input_received");
    const result = { pages: [1, 2], note: "done" };
    const done = await jobs.transition(id, "successfully_done", { patch: { result, payload: result } });
    expect(done).toMatchObject({ status: "completed", result, payload: result, version: 5 });
    expect(done.finishedAt).toBeTypeOf("string");
  });

  test("are found by status, agent, name and job", async () => {
    await jobs.saveMany([
      { id: "j1", name: "one", agentName: "ann" },
      { id: "j2", name: "two", agentName: "bob" },
    ]);
    await jobs.transition("j2", "start_work");
    expect((await jobs.find({ where: { status: { in: Job.lifecycle.running } } })).items.map(({ id }) => id)).toEqual([
      "j2",
    ]);
    expect((await jobs.find({ where: { agentName: "ann" } })).items.map(({ id }) => id)).toEqual(["j1"]);
    expect((await jobs.find({ where: { name: { contains: "w" } } })).items.map(({ id }) => id)).toEqual(["j2"]);
    await cases.saveMany([
      { id: "c1", jobId: "j1", name: "a" },
      { id: "c2", jobId: "j2", name: "b" },
    ]);
    expect((await cases.find({ where: { jobId: "j1" } })).items.map(({ id }) => id)).toEqual(["c1"]);
  });

  test("a case may belong to a job that is not stored, and outlives its job", async () => {
    const orphan = await cases.create({ jobId: "nowhere", name: "a" });
    expect((await cases.get(orphan.id))?.jobId).toBe("nowhere");
    const job = await jobs.create({ name: "a", agentName: "b" });
    const { id } = await cases.create({ jobId: job.id, name: "a" });
    expect(await jobs.delete(job.id)).toBe(true);
    expect((await cases.get(id))?.jobId).toBe(job.id);
  });

  test("keep what their schemas do not know", async () => {
    const { id } = await jobs.create({ name: "a", agentName: "b" });
    const [record] = await store.get("Job", [id]);
    const body = { ...record?.body, created_at: "2025-01-02T03:04:05" };
    await store.write([{ put: { type: "Job", id, documentVersion: 1, body }, expect: "present" }]);
    await jobs.transition(id, "start_work");
    const [after] = await store.get("Job", [id]);
    expect(after?.body).toMatchObject({ created_at: "2025-01-02T03:04:05", status: "in_progress" });
  });

  test("may be brought in at any status, as importing does", async () => {
    const { id } = await jobs.create({ name: "a", agentName: "b" });
    const [record] = await store.get("Job", [id]);
    const failed = { status: "failed", finishedAt: "2025-01-02T03:04:05", error: "boom" };
    const old = existing(record);
    await store.write([{ restore: { ...old, id: "old", body: { ...old.body, ...failed } } }]);
    expect(await jobs.get("old")).toMatchObject({ status: "failed", finishedAt: "2025-01-02T03:04:05", error: "boom" });
    expect((await jobs.save({ id: "old", name: "b", agentName: "b" })).finishedAt).toBe("2025-01-02T03:04:05");
  });
});
