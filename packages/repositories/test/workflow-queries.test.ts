import type { Store } from "@holdfast/core";
import { Case, Job, workflow, workflowModel } from "@holdfast/repositories";
import type { Workflow } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";
import { eachWithTenant, failureOf } from "./support.ts";

describe.each(storesUnderTest())("what is asked of jobs and cases, on $name", (target) => {
  let store: Store;
  let flow: Workflow;
  eachWithTenant(target, workflowModel, (view) => {
    store = view;
    flow = workflow(store);
  });

  const ids = (page: { readonly items: readonly { readonly id: string }[] }): readonly string[] =>
    page.items.map(({ id }) => id);

  async function threeJobs(): Promise<void> {
    for (const [id, name, agentName] of [
      ["J1", "Résumé screening", "Ann"],
      ["J2", "Éclair recipes", "joann"],
      ["J3", "about eclairs", "Bob"],
    ] as const) {
      await flow.newJob({ id, name, agentName, context: { workspaceId: "w" } });
    }
    await flow.startCase({ id: "C1", jobId: "J1", name: "Page one", description: "Of the RÉSUMÉ" });
    await flow.startCase({ id: "C2", jobId: "J1", name: "page two", description: `${"x".repeat(600)} Needle` });
    await flow.startCase({ id: "C3", jobId: "J2", name: "Three" });
    await flow.closeCase("C2", {}, { finalCost: 5 });
  }

  test("how many there are by status, what is being cancelled counted as running", async () => {
    await threeJobs();
    await flow.missions.create({ name: "m" });
    await flow.jobs.create({ name: "not started", agentName: "a" });
    await flow.setJobStatus("J1", "failed");
    await flow.stopJob("J2");
    expect(await flow.stats()).toEqual({
      missions: 1,
      collections: 3,
      jobs: {
        total: 4,
        running: 2,
        completed: 0,
        failed: 1,
        stopped: 1,
        byStatus: { stopped: 1, in_progress: 1, cancelling: 1, awaiting: 0, completed: 0, failed: 1, cancelled: 0 },
      },
      cases: {
        total: 3,
        running: 2,
        completed: 1,
        failed: 0,
        stopped: 0,
        byStatus: { stopped: 0, in_progress: 1, cancelling: 1, awaiting: 0, completed: 1, failed: 0, cancelled: 0 },
      },
    });
  });

  test("jobs by a part of their name or id, of their agent's name, and by status, whatever the case", async () => {
    await threeJobs();
    const found = async (options: object): Promise<readonly string[]> =>
      (await flow.searchJobs(options)).items.map(({ job }) => job.id);
    expect(await found({})).toEqual(["J3", "J2", "J1"]);
    expect(await found({ search: "ÉCLAIR" })).toEqual(["J2"]);
    expect(await found({ search: "clair", sort: "createdAt" })).toEqual(["J2", "J3"]);
    expect(await found({ search: "j3" })).toEqual(["J3"]);
    expect(await found({ agentName: "ANN", sort: "createdAt" })).toEqual(["J1", "J2"]);
    expect(await found({ agentName: "nobody" })).toEqual([]);
    await flow.setJobStatus("J1", "completed");
    expect(await found({ status: "completed" })).toEqual(["J1"]);
    expect(await found({ status: ["completed", "in_progress"], agentName: "ann", search: "r", sort: "-name" })).toEqual(
      ["J2", "J1"],
    );
  });

  test("jobs with how many cases each has, sorted, a page at a time", async () => {
    await threeJobs();
    const first = await flow.searchJobs({ sort: "name", limit: 2 });
    expect(first.items.map(({ job, caseCount }) => [job.id, caseCount])).toEqual([
      ["J1", 2],
      ["J3", 0],
    ]);
    const second = await flow.searchJobs({ sort: "name", limit: 2, after: first.next });
    expect(second.items.map(({ job, caseCount }) => [job.id, caseCount])).toEqual([["J2", 1]]);
    expect(second.next).toBeUndefined();
    const sort = "agentName" as "name";
    expect((await failureOf(flow.searchJobs({ sort }))).code).toBe("INVALID_QUERY");
  });

  test("cases by job, and by parts of a description too, however long it is", async () => {
    await threeJobs();
    expect(ids(await flow.searchCases({ jobId: "J1", sort: "createdAt" }))).toEqual(["C1", "C2"]);
    expect(ids(await flow.searchCases({ search: "résumé" }))).toEqual(["C1"]);
    expect(ids(await flow.searchCases({ search: "needle" }))).toEqual(["C2"]);
    expect(ids(await flow.searchCases({ search: "PAGE", sort: "-totalCost" }))).toEqual(["C2", "C1"]);
    expect(ids(await flow.searchCases({ status: "completed" }))).toEqual(["C2"]);
    const first = await flow.searchCases({ search: "page", limit: 1, sort: "createdAt" });
    expect(ids(first)).toEqual(["C1"]);
    expect(ids(await flow.searchCases({ search: "page", limit: 1, sort: "createdAt", after: first.next }))).toEqual([
      "C2",
    ]);
    await store.write([
      { put: { type: Case.name, id: "old", documentVersion: 1, body: { ...old, name: "Paged" } }, expect: "absent" },
    ]);
    expect(ids(await flow.searchCases({ search: "pAGE", sort: "createdAt" }))).toEqual(["C1", "C2", "old"]);
  });

  test("one job with its cases, and one case with its job", async () => {
    await threeJobs();
    expect(await flow.jobDetail("J1")).toMatchObject({ job: { id: "J1" }, cases: [{ id: "C1" }, { id: "C2" }] });
    expect(await flow.caseDetail("C3")).toMatchObject({ case: { id: "C3" }, job: { id: "J2" } });
    expect([await flow.jobDetail("none"), await flow.caseDetail("none")]).toEqual([undefined, undefined]);
    await flow.cases.create({ id: "lost", jobId: "nowhere", name: "a" });
    expect(await flow.caseDetail("lost")).toMatchObject({ case: { id: "lost" }, job: undefined });
  });

  test("cases whose job is not there, the oldest first", async () => {
    await threeJobs();
    await flow.cases.create({ id: "lost", jobId: "nowhere", name: "a" });
    expect((await flow.orphanCases()).map(({ id }) => id)).toEqual(["lost"]);
    await flow.jobs.delete("J1");
    expect((await flow.orphanCases()).map(({ id }) => id)).toEqual(["C1", "C2", "lost"]);
    expect((await flow.orphanCases({ limit: 1 })).map(({ id }) => id)).toEqual(["C1"]);
  });

  test("where the two ends of a link disagree, and mends it", async () => {
    await threeJobs();
    expect(await flow.brokenLinks()).toEqual([]);
    await flow.cases.create({ id: "C4", jobId: "J3", name: "unlisted" });
    await flow.cases.delete("C1");
    expect(await flow.brokenLinks()).toEqual([
      { jobId: "J1", unlisted: [], dangling: ["C1"] },
      { jobId: "J3", unlisted: ["C4"], dangling: [] },
    ]);
    expect(await flow.mendLinks()).toBe(2);
    expect(await flow.brokenLinks()).toEqual([]);
    expect((await flow.jobs.getMany(["J1", "J3"])).map((job) => job?.caseIds)).toEqual([["C2"], ["C4"]]);
    expect(await flow.mendLinks()).toBe(0);
  });

  test("what was made last, of both", async () => {
    await threeJobs();
    const newest = await flow.recentActivity({ limit: 4 });
    expect(newest.map((each) => (each.type === "Job" ? each.job.id : each.case.id))).toEqual(["C3", "C2", "C1", "J3"]);
    expect(await flow.recentActivity()).toHaveLength(6);
  });

  const old = { jobId: "nowhere", name: "a", status: "stopped" };
  test("finds nothing in an empty store", async () => {
    expect(await flow.searchJobs()).toEqual({ items: [] });
    expect(await flow.stats()).toMatchObject({ collections: 0, jobs: { total: 0 }, cases: { running: 0 } });
    expect(await flow.orphanCases()).toEqual([]);
    expect(Job.fields).toContain("searchText");
  });
});
