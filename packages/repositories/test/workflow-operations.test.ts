import type { Store } from "@holdfast/core";
import { workflow, workflowModel } from "@holdfast/repositories";
import type { Workflow } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";
import { eachWithTenant, failureOf } from "./support.ts";

const context = { workspaceId: 23, startedBy: "bob@example.test", missionId: "m", missionName: "Screening" };

describe.each(storesUnderTest())("the work on jobs and cases, on $name", (target) => {
  let store: Store;
  let flow: Workflow;
  eachWithTenant(target, workflowModel, (view) => {
    store = view;
    flow = workflow(store);
  });

  async function startedCase(): Promise<string> {
    const job = await flow.newJob({ agentName: "translator", context });
    return (await flow.startCase({ jobId: job.id, name: "Page 1" })).id;
  }

  describe("a new job", () => {
    test("is started, and named after its mission unless it has a name", async () => {
      const job = await flow.newJob({ agentName: "translator", context: { ...context, jobId: "j1" } });
      expect(job).toMatchObject({
        id: "j1",
        status: "in_progress",
        name: "Screening",
        agentName: "translator",
        version: 2,
      });
      expect(job.jobContext).toMatchObject({ workspaceId: "23", jobId: "j1", missionId: "m", jobInstructions: null });
      expect((await flow.newJob({ agentName: "a", name: "Own", context })).name).toBe("Own");
      expect(await flow.newJob({ id: "j2", agentName: "a", context: { workspaceId: " ws " } })).toMatchObject({
        name: "j2",
        missionId: null,
        jobContext: { workspaceId: "ws", missionId: "", missionName: "" },
      });
    });

    test("needs no circumstances to be started under", async () => {
      const job = await flow.newJob({ agentName: "a" });
      expect(job).toMatchObject({ name: job.id, status: "in_progress", jobContext: null });
    });

    test("belongs to a stored mission, whose name it takes, and to none that is not stored", async () => {
      const mission = await flow.missions.create({ name: "Spring" });
      const job = await flow.newJob({ agentName: "a", missionId: mission.id, context: { workspaceId: "w" } });
      expect(job).toMatchObject({ name: "Spring", missionId: mission.id, jobContext: { missionId: mission.id } });
      expect((await flow.missionJobs.children(mission.id)).items).toEqual([job]);
      const lost = flow.newJob({ id: "lost", agentName: "a", missionId: "nowhere", context });
      expect((await failureOf(lost)).code).toBe("NOT_FOUND");
      expect(await flow.jobs.get("lost")).toBeUndefined();
    });

    test("takes parameters out of a list within a list, and refuses those that are no objects, without telling them", async () => {
      const parameter = { name: "KEY", value: "sk_secret", is_secret: true };
      const job = await flow.newJob({ agentName: "a", context, agentParameters: [[parameter]] });
      expect(job.agentParameters).toEqual([parameter]);
      const error = await failureOf(flow.newJob({ id: "j1", agentName: "a", context, agentParameters: ["sk_secret"] }));
      expect(error).toMatchObject({ code: "INVALID_ENTITY", details: { path: ["agentParameters", 0] } });
      expect(JSON.stringify([error.message, error.details])).not.toContain("sk_secret");
      expect(await flow.jobs.get("j1")).toBeUndefined();
    });
  });

  describe("a response", () => {
    test("moves its job along, with the result, and the end of it", async () => {
      const { id } = await flow.newJob({ agentName: "a", context });
      await flow.addResponse(id, { status: "in_progress", message: "reading", payload: { page: 1 } });
      await flow.addResponse(id, { status: "awaiting", message: "which one?" });
      await flow.addResponse(id, { status: "in_progress", message: "that one", payload: { page: 2 } });
      const done = await flow.addResponse(id, { status: "completed", message: "done", payload: { pages: 2 } });
      expect(done).toMatchObject({ status: "completed", payload: { pages: 2 }, result: { pages: 2 }, error: null });
      expect(done.finishedAt).toBeTypeOf("string");
      expect(done.responses.map(({ status, jobId }) => [status, jobId])).toEqual([
        ["in_progress", id],
        ["awaiting", id],
        ["in_progress", id],
        ["completed", id],
      ]);
      expect(done.responses[1]).toMatchObject({ payload: null, errorMessage: "", errorTraceback: "" });
    });

    test("that fails its job leaves the message as its error", async () => {
      const { id } = await flow.newJob({ agentName: "a", context });
      const response = {
        status: "failed",
        message: "boom",
        errorMessage: "Boom",
        errorTraceback: "at line 1",
      } as const;
      const failed = await flow.addResponse(id, response);
      expect(failed).toMatchObject({ status: "failed", error: "boom", result: null, responses: [response] });
      expect(failed.finishedAt).toBeTypeOf("string");
    });

    test("of a status to which no event leads is refused, and nothing is written", async () => {
      const { id } = await flow.newJob({ agentName: "a", context });
      const failed = await flow.addResponse(id, { status: "failed", message: "boom" });
      expect(await failureOf(flow.addResponse(id, { status: "in_progress", message: "again" }))).toMatchObject({
        code: "ILLEGAL_TRANSITION",
        details: { type: "Job", id, from: "failed", to: "in_progress", allowed: [] },
      });
      expect(await flow.jobs.get(id)).toEqual(failed);
      expect((await failureOf(flow.addResponse("none", { status: "failed", message: "" }))).code).toBe("NOT_FOUND");
    });

    test("of the status that the job has already is added, and moves nothing", async () => {
      const { id } = await flow.newJob({ agentName: "a", context });
      const done = await flow.addResponse(id, { status: "completed", message: "done", payload: { n: 1 } });
      const again = await flow.addResponse(id, { status: "completed", message: "really", payload: { n: 2 } });
      expect(again).toMatchObject({ status: "completed", result: { n: 1 }, payload: { n: 2 } });
      expect(again.finishedAt).toBe(done.finishedAt);
      expect(again.responses).toHaveLength(2);
    });
  });

  describe("a case", () => {
    test("that is started stands in its job's list, and both ends find each other", async () => {
      const job = await flow.newJob({ agentName: "a", context });
      const started = await flow.startCase({
        jobId: job.id,
        name: "Page 1",
        account: { workspaceId: "w", apiKey: "k" },
      });
      expect(started).toMatchObject({ status: "in_progress", jobId: job.id, updates: [], totalCost: 0 });
      expect((await flow.jobs.get(job.id))?.caseIds).toEqual([started.id]);
      expect(await flow.jobCases.parent(started)).toMatchObject({ id: job.id });
      expect(await flow.jobCases.counts([job.id])).toEqual(new Map([[job.id, 1]]));
      expect((await store.check()).problems.filter(({ kind }) => kind !== "settings")).toEqual([]);
    });

    test("of a job that is not stored is not started, and nothing is stored", async () => {
      expect((await failureOf(flow.startCase({ id: "c1", jobId: "nowhere", name: "a" }))).code).toBe("NOT_FOUND");
      expect(await flow.cases.get("c1")).toBeUndefined();
    });

    test("is worked through in steps that are counted from 1, and costs what they cost", async () => {
      const id = await startedCase();
      await flow.updateCase(id, { name: "read", cost: 0.5, payload: { page: 1 } });
      await flow.updateCase(id, { name: "think" });
      await flow.updateCase(id, { name: "write", cost: 0.25 });
      const closed = await flow.closeCase(id, { text: "done" });
      expect(closed).toMatchObject({ status: "completed", totalCost: 0.75, finalDelivery: { text: "done" } });
      expect(closed.finishedAt).toBeTypeOf("string");
      expect(closed.updates.map(({ index, name, isFinal }) => [index, name, isFinal])).toEqual([
        [1, "read", false],
        [2, "think", false],
        [3, "write", false],
        [4, null, true],
      ]);
      expect(closed.updates[3]?.payload).toEqual({ text: "done" });
    });

    test("is closed for the price that is named, for nothing too", async () => {
      const first = await startedCase();
      await flow.updateCase(first, { cost: 3 });
      expect((await flow.closeCase(first, null, { finalCost: 0 })).totalCost).toBe(0);
      const second = await startedCase();
      expect((await flow.closeCase(second, {}, { finalCost: 7.5 })).totalCost).toBe(7.5);
    });

    test("is failed by a step with an error, in progress and while it waits, once", async () => {
      const first = await startedCase();
      await flow.updateCase(first, { cost: 2 });
      const failed = await flow.updateCase(first, { error: "boom", cost: 1 });
      expect(failed).toMatchObject({ status: "failed", totalCost: 3, updates: [{}, { index: 2, error: "boom" }] });
      expect(failed.finishedAt).toBeTypeOf("string");
      expect((await failureOf(flow.updateCase(first, { error: "again" }))).code).toBe("ILLEGAL_TRANSITION");
      expect(await flow.cases.get(first)).toEqual(failed);
      const second = await startedCase();
      await flow.requestHumanInput(second, { name: "ask" });
      expect((await flow.updateCase(second, { error: "nobody there" })).status).toBe("failed");
    });

    test("that is not started cannot fail, and keeps no trace of the try", async () => {
      const created = await flow.cases.create({ jobId: "j", name: "a" });
      expect((await failureOf(flow.updateCase(created.id, { error: "boom" }))).code).toBe("ILLEGAL_TRANSITION");
      expect(await flow.cases.get(created.id)).toEqual(created);
    });

    test("waits for a human and goes on with the answer", async () => {
      const id = await startedCase();
      const asked = await flow.requestHumanInput(id, { name: "ask", payload: { question: "which?" } });
      expect(asked).toMatchObject({ status: "awaiting", updates: [{ index: 1, name: "ask" }] });
      expect((await failureOf(flow.closeCase(id, {}))).code).toBe("ILLEGAL_TRANSITION");
      expect(await flow.cases.get(id)).toEqual(asked);
      const answered = await flow.receiveHumanInput(id, { name: "answer", payload: { answer: "that" } });
      expect(answered).toMatchObject({ status: "in_progress", updates: [{}, { index: 2, name: "answer" }] });
      expect((await failureOf(flow.receiveHumanInput(id, {}))).code).toBe("ILLEGAL_TRANSITION");
      expect((await flow.closeCase(id, {})).status).toBe("completed");
    });

    test("that was answered with an error has failed", async () => {
      const id = await startedCase();
      await flow.requestHumanInput(id, {});
      expect((await flow.receiveHumanInput(id, { error: "no" })).status).toBe("failed");
    });

    test("has its steps replaced by their index, and by no other", async () => {
      const id = await startedCase();
      await flow.updateCase(id, { name: "one", cost: 1 });
      await flow.updateCase(id, { name: "two", cost: 2 });
      const patched = await flow.patchStep(id, 1, { name: "better", cost: 5 });
      expect(patched.updates).toMatchObject([
        { index: 1, name: "better", cost: 5, upsert: true },
        { index: 2, name: "two", upsert: false },
      ]);
      await flow.updateCase(id, { index: 2, upsert: true, name: "three" });
      expect((await flow.cases.get(id))?.updates.map(({ name }) => name)).toEqual(["better", "three"]);
      const before = await flow.cases.get(id);
      expect(await failureOf(flow.patchStep(id, 3, {}))).toMatchObject({ code: "NOT_FOUND", details: { index: 3 } });
      expect((await failureOf(flow.updateCase(id, { index: 9, upsert: true }))).code).toBe("NOT_FOUND");
      expect(await flow.cases.get(id)).toEqual(before);
    });

    test("is moved by an administrator along one event, and not further", async () => {
      const id = await startedCase();
      expect((await failureOf(flow.setCaseStatus(id, "stopped"))).code).toBe("ILLEGAL_TRANSITION");
      expect((await failureOf(flow.setCaseStatus(id, "in_progress"))).code).toBe("ILLEGAL_TRANSITION");
      expect((await failureOf(flow.setCaseStatus(id, "gone" as "failed"))).code).toBe("ILLEGAL_TRANSITION");
      const done = await flow.setCaseStatus(id, "completed");
      expect(done.finishedAt).toBeTypeOf("string");
      expect((await failureOf(flow.setCaseStatus("none", "failed"))).code).toBe("NOT_FOUND");
    });

    test("that is deleted leaves its job's list", async () => {
      const id = await startedCase();
      const jobId = (await flow.cases.get(id))?.jobId ?? "";
      expect(await flow.deleteCase(id)).toBe(true);
      expect((await flow.jobs.get(jobId))?.caseIds).toEqual([]);
      expect(await flow.deleteCase(id)).toBe(false);
    });
  });

  describe("a job", () => {
    test("that is stopped takes its cases along, and what they had still to do", async () => {
      const { id } = await flow.newJob({ agentName: "a", context });
      const running = await flow.startCase({ jobId: id, name: "running" });
      const waiting = await flow.startCase({ jobId: id, name: "waiting" });
      const done = await flow.startCase({ jobId: id, name: "done" });
      await flow.updateCase(running.id, { name: "later", scheduledAt: "2030-01-01T00:00:00Z" });
      await flow.requestHumanInput(waiting.id, {});
      await flow.closeCase(done.id, {});
      expect((await flow.stopJob(id)).status).toBe("cancelling");
      expect(await flow.cases.get(running.id)).toMatchObject({
        status: "cancelling",
        nextStepAt: null,
        updates: [{ scheduledStatus: "cancelled" }],
      });
      expect((await flow.cases.get(waiting.id))?.status).toBe("cancelling");
      expect((await flow.confirmStop(id)).status).toBe("cancelled");
      const statuses = (await flow.cases.getMany([running.id, waiting.id, done.id])).map((each) => each?.status);
      expect(statuses).toEqual(["cancelled", "cancelled", "completed"]);
      expect((await failureOf(flow.stopJob(id))).code).toBe("ILLEGAL_TRANSITION");
    });

    test("is deleted with its cases, or not at all", async () => {
      const { id } = await flow.newJob({ agentName: "a", context });
      await flow.startCase({ jobId: id, name: "a" });
      await flow.cases.create({ jobId: id, name: "unlisted" });
      await flow.cases.create({ id: "other", jobId: "nowhere", name: "b" });
      expect(await flow.deleteJob(id)).toBe(true);
      expect(await flow.jobs.count()).toBe(0);
      expect(await flow.cases.count()).toBe(1);
      expect(await flow.deleteJob("nowhere")).toBe(false);
      expect((await flow.cases.get("other"))?.jobId).toBe("nowhere");
    });

    test("is moved by an administrator along one event", async () => {
      const { id } = await flow.newJob({ agentName: "a", context });
      expect((await failureOf(flow.setJobStatus(id, "cancelled"))).code).toBe("ILLEGAL_TRANSITION");
      expect((await flow.setJobStatus(id, "failed")).finishedAt).toBeTypeOf("string");
    });

    test("is told when its instructions want it to end: by its cases, then its time, then its cost", async () => {
      const create = async (jobInstructions: object): Promise<string> =>
        (await flow.newJob({ agentName: "a", context: { ...context, jobInstructions } })).id;
      const free = await create({ maxCases: 0, maxCost: null });
      await flow.startCase({ jobId: free, name: "a" });
      expect(await flow.checkInstructions(free)).toEqual({ ok: true });
      const few = await create({ maxCases: 2, maxCost: 1 });
      const first = await flow.startCase({ jobId: few, name: "a" });
      await flow.updateCase(first.id, { cost: 0.75 });
      expect(await flow.checkInstructions(few)).toEqual({ ok: true });
      await flow.updateCase(first.id, { cost: 0.25 });
      expect(await flow.checkInstructions(few)).toEqual({ ok: false, limit: "cost", message: "Max cost 1.0 reached" });
      await flow.closeCase(first.id, {}, { finalCost: 0 });
      expect(await flow.checkInstructions(few)).toEqual({ ok: true });
      await flow.startCase({ jobId: few, name: "b" });
      expect(await flow.checkInstructions(few)).toEqual({ ok: false, limit: "cases", message: "Max cases 2 reached" });
      const brief = await create({ maxDuration: 1 });
      const now = (await store.now()) + 1_000_000_000;
      const later = workflow(store, { stamps: { now: () => now, newId: () => "x" } });
      expect(await later.checkInstructions(brief)).toMatchObject({ message: "Max duration 1 seconds reached" });
      expect((await failureOf(flow.checkInstructions("none"))).code).toBe("NOT_FOUND");
    });
  });

  test("joins a larger transaction, and goes with it", async () => {
    const { id } = await flow.newJob({ agentName: "a", context });
    const given = store.transaction(async (session) => {
      const inside = flow.in(session);
      await inside.startCase({ id: "c1", jobId: id, name: "a" });
      await inside.updateCase("c1", { cost: 1 });
      await inside.closeCase("c1", {});
      expect(await inside.cases.get("c1")).toMatchObject({ status: "completed", totalCost: 1 });
      throw new Error("changed my mind");
    });
    await expect(given).rejects.toThrow("changed my mind");
    expect(await flow.cases.get("c1")).toBeUndefined();
    expect((await flow.jobs.get(id))?.caseIds).toEqual([]);
  });

  test("is told to others by the feed, once it has committed", async () => {
    const job = await flow.newJob({ agentName: "a", context });
    const started = await flow.startCase({ jobId: job.id, name: "a" });
    await flow.updateCase(started.id, { name: "read" });
    const told = new Map<string, unknown>();
    for await (const { changes } of store.changes()) {
      for (const change of changes) if (change.kind === "put") told.set(change.record.id, change.record.body);
    }
    expect(told.get(started.id)).toMatchObject({ status: "in_progress", updates: [{ name: "read" }] });
    expect(told.get(job.id)).toMatchObject({ caseIds: [started.id] });
  });
});
