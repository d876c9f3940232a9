import type { Store } from "@holdfast/core";
import { defineWorkflow, historyOf, repository, workflow } from "@holdfast/repositories";
import type { Workflow } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";
import { eachWithTenant, failureOf } from "./support.ts";

const entities = defineWorkflow({ history: true });
const context = { workspaceId: "w" };

describe.each(storesUnderTest())("the history of jobs and cases, on $name", (target) => {
  let store: Store;
  let flow: Workflow;
  eachWithTenant(target, entities.model, (view) => {
    store = view;
    flow = workflow(store, { entities });
  });

  test("tells who did each step, when, from where to where, by which event, and why", async () => {
    const before = await store.now();
    const job = await flow.newJob({ id: "j1", agentName: "a", context }, { by: "bob", reason: "ordered" });
    await flow.addResponse("j1", { status: "awaiting", message: "which?" }, { by: "agent" });
    await flow.addResponse("j1", { status: "awaiting", message: "well?" });
    const failed = await flow.addResponse(
      "j1",
      { status: "failed", message: "no" },
      { by: "agent", reason: "silence" },
    );
    const { items } = await flow.historyOf("Job", "j1");
    expect(items).toMatchObject([
      { from: "stopped", to: "in_progress", event: "start_work", by: "bob", reason: "ordered", entityVersion: 2 },
      { from: "in_progress", to: "awaiting", event: "awaiting_on_input", by: "agent", reason: null, entityVersion: 3 },
      { from: "awaiting", to: "failed", event: "timeout_or_error", by: "agent", reason: "silence", entityVersion: 5 },
    ]);
    expect(items.every(({ createdAt }) => createdAt >= job.createdAt)).toBe(true);
    expect(Date.parse(items[0]?.createdAt ?? "") * 1000).toBeGreaterThan(before - 60_000_000);
    expect(failed.version).toBe(5);
  });

  test("of a case, a mission and all that a stopped job takes along", async () => {
    const mission = await flow.missions.create({ name: "m" });
    await flow.missions.transition(mission.id, "cancel", { by: "ann" });
    expect((await flow.historyOf("Mission", mission.id)).items).toMatchObject([{ from: "draft", to: "cancelled" }]);
    await flow.newJob({ id: "j1", agentName: "a", context });
    await flow.startCase({ id: "c1", jobId: "j1", name: "a" }, { by: "bob" });
    await flow.stopJob("j1", { by: "ann", reason: "too late" });
    expect((await flow.historyOf("Case", "c1")).items).toMatchObject([
      { event: "start_work", by: "bob" },
      { event: "cancel_requested", by: "ann", reason: "too late" },
    ]);
    const page = await historyOf(store, entities.Case, "c1", { limit: 1 });
    expect(page.items).toMatchObject([{ event: "start_work" }]);
    const rest = await historyOf(store, entities.Case, "c1", { limit: 1, after: page.next });
    expect(rest.items).toMatchObject([{ event: "cancel_requested" }]);
  });

  test("is written with the step or not at all, and outlives what it is about", async () => {
    await flow.newJob({ id: "j1", agentName: "a", context });
    const given = store.transaction(async (session) => {
      await flow.in(session).setJobStatus("j1", "completed");
      throw new Error("no");
    });
    await expect(given).rejects.toThrow("no");
    expect((await failureOf(flow.setJobStatus("j1", "cancelled"))).code).toBe("ILLEGAL_TRANSITION");
    expect((await flow.historyOf("Job", "j1")).items).toHaveLength(1);
    await flow.deleteJob("j1");
    await flow.newJob({ id: "j1", agentName: "a", context });
    const versions = (await flow.historyOf("Job", "j1")).items.map(({ entityVersion }) => entityVersion);
    expect(versions).toEqual([2, 5]);
  });
});

describe.each(storesUnderTest())("jobs and cases with sealed secrets, on $name", (target) => {
  const turned = (text: string): string => [...text].reverse().join("");
  const sealed = defineWorkflow({ secrets: { seal: (text) => `#${turned(text)}`, open: openSeal } });
  function openSeal(text: string): string {
    return text.startsWith("#") ? turned(text.slice(1)) : text;
  }
  let store: Store;
  let flow: Workflow;
  eachWithTenant(target, sealed.model, (view) => {
    store = view;
    flow = workflow(store, { entities: sealed });
  });

  test("have them in hand, and not in the store", async () => {
    const agentParameters = [{ name: "KEY", value: "sk_one" }];
    const job = await flow.newJob({ agentName: "a", context, agentParameters });
    const account = { workspaceId: "w", apiKey: "sk_two", apiUrl: "https://example.test" };
    const { id } = await flow.startCase({ jobId: job.id, name: "a", account });
    await flow.updateCase(id, { cost: 1 });
    expect((await flow.jobs.get(job.id))?.agentParameters).toEqual(agentParameters);
    expect((await flow.cases.get(id))?.account).toEqual(account);
    const stored = JSON.stringify([await store.get("Job", [job.id]), await store.get("Case", [id])]);
    expect(stored).not.toContain("sk_");
    expect(stored).toContain("owt_ks");
    expect((await store.get("Job", [job.id]))[0]?.body["caseIds"]).toEqual([id]);
  });

  test("read what was stored in clear before", async () => {
    const plain = repository(defineWorkflow().Job, store);
    await plain.create({ id: "j1", name: "a", agentName: "b", agentParameters: [{ a: 1 }] });
    expect((await flow.jobs.get("j1"))?.agentParameters).toEqual([{ a: 1 }]);
  });
});
