import type { Store } from "@holdfast/core";
import { Case, repository, stepLifecycle, workflow, workflowModel } from "@holdfast/repositories";
import type { Workflow } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";
import { eachWithTenant, existing, failureOf } from "./support.ts";

const noon = new Date("2026-11-22T12:00:00Z");
const before = "2026-11-22T11:59:59.999999Z";
const after = "2026-11-22T12:00:00.000001Z";

describe.each(storesUnderTest())("scheduled steps, on $name", (target) => {
  let store: Store;
  let flow: Workflow;
  eachWithTenant(target, workflowModel, (view) => {
    store = view;
    flow = workflow(store);
  });

  async function startedCase(id: string): Promise<string> {
    const job = await flow.newJob({ agentName: "a", context: { workspaceId: "w" } });
    await flow.startCase({ id, jobId: job.id, name: id });
    return id;
  }

  async function due(options: object = {}): Promise<readonly (readonly [string, number])[]> {
    const steps = await flow.dueSteps({ at: noon, ...options });
    return steps.map(({ case: of, index }) => [of.id, index]);
  }

  /** A case in progress as an importer leaves it, under the schema version of those days. */
  async function imported(id: string, updates: readonly object[], status = "in_progress"): Promise<void> {
    const body = { jobId: "j", name: id, status, updates: JSON.parse(JSON.stringify(updates)) as [] };
    await store.write([{ put: { type: "Case", id, documentVersion: 1, body }, expect: "absent" }]);
  }

  test("are due from their microsecond on, the earliest first, a Date and text of any offset alike", async () => {
    await startedCase("c1");
    await startedCase("c2");
    await flow.updateCase("c1", { name: "not scheduled" });
    await flow.updateCase("c1", { scheduledAt: new Date("2026-11-22T11:00:00Z"), scheduledMethod: "remind" });
    await flow.updateCase("c1", { scheduledAt: after });
    await flow.updateCase("c2", { scheduledAt: before });
    await flow.updateCase("c2", { scheduledAt: "2026-11-22T12:30:00+02:00" });
    expect(await due()).toEqual([
      ["c2", 2],
      ["c1", 2],
      ["c2", 1],
    ]);
    expect(await due({ limit: 1 })).toEqual([["c2", 2]]);
    const [first] = await flow.dueSteps({ at: noon });
    expect(first?.step).toMatchObject({ scheduledAt: "2026-11-22T10:30:00.000000Z", scheduledStatus: "pending" });
    expect(await flow.cases.get("c1")).toMatchObject({ nextStepAt: "2026-11-22T11:00:00.000000Z" });
    expect(await due({ at: new Date("2026-11-22T10:00:00Z") })).toEqual([]);
  });

  test("are due now, by the clock of the workflow, where no time is named", async () => {
    await startedCase("c1");
    await flow.updateCase("c1", { scheduledAt: before });
    const at = (now: number): Workflow => workflow(store, { stamps: { now: () => now, newId: () => "x" } });
    expect(await at(noon.getTime() * 1000).dueSteps()).toHaveLength(1);
    expect(await at(noon.getTime() * 1000 - 2).dueSteps()).toHaveLength(0);
  });

  test("that are no time are refused, and in older files never come", async () => {
    await startedCase("c1");
    expect(await failureOf(flow.updateCase("c1", { scheduledAt: "tomorrow" }))).toMatchObject({
      code: "INVALID_ENTITY",
      details: { path: ["updates", 0, "scheduledAt"] },
    });
    expect((await failureOf(flow.updateCase("c1", { scheduledAt: new Date(Number.NaN) }))).code).toBe("INVALID_ENTITY");
    await imported("old", [{ scheduledAt: "soon", scheduledStatus: "pending" }]);
    expect(await due()).toEqual([]);
  });

  test("go from pending to executing to their end, and every step of it is stored", async () => {
    await startedCase("c1");
    await flow.updateCase("c1", { scheduledAt: before });
    const status = async (): Promise<unknown> => (await flow.cases.get("c1"))?.updates[0]?.scheduledStatus;
    await flow.startStep("c1", 1);
    expect(await status()).toBe("executing");
    expect(await due()).toEqual([]);
    await flow.finishStep("c1", 1, { status: "completed", payload: { sent: true }, cost: 0.5 });
    expect((await flow.cases.get("c1"))?.updates[0]).toMatchObject({
      scheduledStatus: "completed",
      payload: { sent: true },
      cost: 0.5,
    });
    for (const late of [flow.startStep("c1", 1), flow.finishStep("c1", 1, { status: "failed" })]) {
      expect((await failureOf(late)).code).toBe("ILLEGAL_TRANSITION");
    }
    expect((await failureOf(flow.startStep("c1", 2))).code).toBe("NOT_FOUND");
  });

  test("that failed with an error fail their case, and without one leave it as it is", async () => {
    await startedCase("c1");
    for (const [index, outcome] of [
      [1, {}],
      [2, { error: "no answer" }],
    ] as const) {
      await flow.updateCase("c1", { scheduledAt: before });
      await flow.startStep("c1", index);
      await flow.finishStep("c1", index, { status: "failed", ...outcome });
      expect(await flow.cases.get("c1")).toMatchObject({ status: index === 1 ? "in_progress" : "failed" });
    }
    expect((await flow.cases.get("c1"))?.updates).toMatchObject([
      { scheduledStatus: "failed", error: null },
      { scheduledStatus: "failed", error: "no answer" },
    ]);
  });

  test("that nobody finished are put back, and due again", async () => {
    await startedCase("c1");
    await flow.updateCase("c1", { scheduledAt: before });
    await flow.startStep("c1", 1);
    await flow.putBackStep("c1", 1);
    expect(await due()).toEqual([["c1", 1]]);
    expect((await failureOf(flow.putBackStep("c1", 1))).code).toBe("ILLEGAL_TRANSITION");
  });

  test("are taken up by exactly one of many who try at once", async () => {
    await startedCase("c1");
    await flow.updateCase("c1", { scheduledAt: before });
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => flow.startStep("c1", 1)));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("are cancelled when they are, and when their case ends; those under way stay", async () => {
    await startedCase("c1");
    await flow.updateCase("c1", { scheduledAt: before });
    await flow.updateCase("c1", { scheduledAt: before });
    await flow.startStep("c1", 1);
    const cancelled = await flow.cancelScheduledSteps("c1");
    expect(cancelled.updates.map(({ scheduledStatus }) => scheduledStatus)).toEqual(["executing", "cancelled"]);
    expect(await flow.cases.get("c1")).toEqual(cancelled);
    for (const end of ["close", "fail", "cancel"] as const) {
      await startedCase(end);
      await flow.updateCase(end, { scheduledAt: after });
      if (end === "close") await flow.closeCase(end, {});
      if (end === "fail") await flow.updateCase(end, { error: "boom" });
      if (end === "cancel") await flow.setCaseStatus(end, "cancelling");
      expect(await flow.cases.get(end)).toMatchObject({
        nextStepAt: null,
        updates: [{ scheduledStatus: "cancelled" }, ...(end === "cancel" ? [] : [{}])],
      });
    }
  });

  test("of cases that an older version wrote are due too, with the index that their place gives them", async () => {
    const step = { scheduledAt: "2026-11-22T13:59:59+02:00", scheduledStatus: "pending" };
    await imported("old", [{ index: null }, step]);
    await imported("waiting", [step], "awaiting");
    for (const status of ["stopped", "cancelling", "completed"]) await imported(status, [step], status);
    expect(await due()).toEqual([
      ["old", 2],
      ["waiting", 1],
    ]);
    await flow.startStep("old", 2);
    expect(existing(await flow.cases.get("old")).updates[1]).toMatchObject({ ...step, scheduledStatus: "executing" });
  });

  test("whose times name no zone keep their text, and are of the zone that the workflow names", async () => {
    const naive = { scheduledAt: "2026-11-22T13:00:00", scheduledStatus: "pending" };
    await imported("old", [naive]);
    const dueIn = async (timeZone: string, at: string): Promise<number> =>
      (await workflow(store, { timeZone }).dueSteps({ at: new Date(at) })).length;
    expect(await due()).toEqual([]);
    expect(await dueIn("UTC", "2026-11-22T13:00:00Z")).toBe(1);
    expect(await dueIn("Europe/Zurich", "2026-11-22T11:59:59Z")).toBe(0);
    expect(await dueIn("Europe/Zurich", "2026-11-22T12:00:00Z")).toBe(1);
    expect(await dueIn("-03:30", "2026-11-22T16:29:59Z")).toBe(0);
    expect(await dueIn("-03:30", "2026-11-22T16:30:00Z")).toBe(1);
    expect(await dueIn("Pacific/Kiritimati", "2026-11-21T23:00:00Z")).toBe(1);
    expect((await flow.cases.get("old"))?.updates[0]).toMatchObject(naive);
    const zurich = workflow(store, { timeZone: "Europe/Zurich" });
    await startedCase("c1");
    const written = await zurich.updateCase("c1", { scheduledAt: "2026-07-01T12:00:00" });
    expect(written.updates[0]?.scheduledAt).toBe("2026-07-01T10:00:00.000000Z");
  });

  test("keep their case found by its next one, whatever writes it", async () => {
    const cases = repository(Case, store);
    const step = { scheduledAt: before, scheduledStatus: "pending" };
    const created = await cases.create({ jobId: "j", name: "a", updates: [step], nextStepAt: "of the draft" });
    expect(created.nextStepAt).toBe(before);
    const started = await cases.transition(created, "start_work");
    expect(await due()).toEqual([[created.id, 1]]);
    const saved = await cases.save({ ...started, updates: [{ ...step, scheduledAt: after }] });
    expect(saved.nextStepAt).toBe(after);
    await flow.newJob({ id: "j", agentName: "a", context: { workspaceId: "w" } });
    await flow.jobCases.attach(created.id, "j");
    expect(await cases.find({ where: { nextStepAt: after } })).toMatchObject({ items: [{ id: created.id }] });
  });

  test("are found where something wrote the document that knows nothing of them", async () => {
    await startedCase("c1");
    await flow.updateCase("c1", { scheduledAt: after });
    const [record] = await store.get("Case", ["c1"]);
    const { documentVersion, body } = existing(record);
    const updates = [{ scheduledAt: before, scheduledStatus: "pending" }];
    await store.write([
      { put: { type: "Case", id: "c1", documentVersion, body: { ...body, updates } }, expect: "present" },
    ]);
    expect(await due()).toEqual([["c1", 1]]);
    expect(await flow.cases.get("c1")).toMatchObject({ nextStepAt: before });
  });

  test("have a lifecycle of their own", () => {
    expect(stepLifecycle.statuses).toEqual(["pending", "executing", "completed", "failed", "cancelled"]);
  });
});
