import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { openStore } from "@holdfast/connect";
import { workflow, workflowModel } from "@holdfast/repositories";
import type { Store, StoreSession, WriteOp } from "@holdfast/core";
import type { Workflow } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";
import { eachWithTenant, existing } from "./support.ts";

const run = promisify(execFile);
const program = path.join(import.meta.dirname, "programs/patch-steps.ts");
const context = { workspaceId: "w" };

/** The same session, in which the write of a case fails once it is inside, as where a process dies there. */
function failingAt(session: StoreSession, isFatal: (ops: readonly WriteOp[]) => boolean): StoreSession {
  const failing = (inner: StoreSession): StoreSession => ({
    get: async (type, ids) => inner.get(type, ids),
    find: async (query) => inner.find(query),
    count: async (type, where) => inner.count(type, where),
    countBy: async (type, field, where) => inner.countBy(type, field, where),
    tombstones: async (type, page) => inner.tombstones(type, page),
    write: async (ops) => {
      if (isFatal(ops)) throw new Error("the process dies here");
      return inner.write(ops);
    },
    transaction: async (work, options) => inner.transaction(async (inside) => work(failing(inside)), options),
  });
  return failing(session);
}

describe.each(storesUnderTest())("many at work on one job, on $name", (target) => {
  let store: Store;
  let flow: Workflow;
  eachWithTenant(target, workflowModel, (view) => {
    store = view;
    flow = workflow(store);
  });

  test("ten who add steps to one case at once lose none, and each has an index of its own", async () => {
    await flow.newJob({ id: "j1", agentName: "a", context });
    await flow.startCase({ id: "c1", jobId: "j1", name: "a" });
    await Promise.all(Array.from({ length: 10 }, (_, at) => flow.updateCase("c1", { name: `step ${at}`, cost: 1 })));
    const { updates } = existing(await flow.cases.get("c1"));
    expect(updates.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(new Set(updates.map(({ name }) => name)).size).toBe(10);
    expect((await flow.closeCase("c1", {})).totalCost).toBe(10);
  });

  test("ten who replace different steps at once lose none", async () => {
    await flow.newJob({ id: "j1", agentName: "a", context });
    await flow.startCase({ id: "c1", jobId: "j1", name: "a" });
    for (let at = 1; at <= 10; at++) await flow.updateCase("c1", { name: "old" });
    await Promise.all(Array.from({ length: 10 }, (_, at) => flow.patchStep("c1", at + 1, { name: `new ${at + 1}` })));
    const { updates } = existing(await flow.cases.get("c1"));
    expect(updates.map(({ name }) => name)).toEqual(updates.map((_, at) => `new ${at + 1}`));
  });

  test("ten who start cases of one job at once are all in its list", async () => {
    await flow.newJob({ id: "j1", agentName: "a", context });
    const started = await Promise.all(
      Array.from({ length: 10 }, (_, at) => flow.startCase({ jobId: "j1", name: `case ${at}` })),
    );
    const { caseIds } = existing(await flow.jobs.get("j1"));
    expect(new Set(caseIds)).toEqual(new Set(started.map(({ id }) => id)));
    expect(await flow.brokenLinks()).toEqual([]);
  });

  test("of ten who close one case at once, one does", async () => {
    await flow.newJob({ id: "j1", agentName: "a", context });
    await flow.startCase({ id: "c1", jobId: "j1", name: "a" });
    const closed = await Promise.allSettled(Array.from({ length: 10 }, () => flow.closeCase("c1", {})));
    expect(closed.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(existing(await flow.cases.get("c1")).updates).toHaveLength(1);
  });

  test.each([
    ["starting a case", async (dying: Workflow) => dying.startCase({ id: "c2", jobId: "j1", name: "b" })],
    ["stopping a job", async (dying: Workflow) => dying.stopJob("j1")],
    ["starting a job", async (dying: Workflow) => dying.newJob({ id: "j2", agentName: "a", context })],
  ] as const)("%s that ends in the middle leaves nothing of it, on either end", async (_what, work) => {
    await flow.newJob({ id: "j1", agentName: "a", context });
    await flow.startCase({ id: "c1", jobId: "j1", name: "a" });
    const before = [await flow.jobs.find(), await flow.cases.find()];
    let writes = 0;
    const dying = workflow(failingAt(store, () => (writes += 1) === 2));
    await expect(work(dying)).rejects.toThrow("the process dies here");
    expect([await flow.jobs.find(), await flow.cases.find()]).toEqual(before);
    expect(await flow.brokenLinks()).toEqual([]);
  });
});

describe.each(storesUnderTest())("processes that work on one case, on $name", (target) => {
  const skipReason = target.sharable ? "" : " (skipped: one process at a time has this store)";
  test.runIf(target.sharable)(`lose no step of each other's, and no case of their job${skipReason}`, async () => {
    const url = await target.freshUrl();
    await using store = await openStore(url, { model: workflowModel });
    const flow = workflow(store);
    await flow.newJob({ id: "j1", agentName: "a", context });
    await flow.startCase({ id: "c1", jobId: "j1", name: "a" });
    for (let at = 1; at <= 4; at++) await flow.updateCase("c1", { name: "old" });
    await Promise.all(
      ["1,3", "2,4"].map(async (steps) => run(process.execPath, ["--conditions=holdfast-source", program, url, steps])),
    );
    const closed = await flow.closeCase("c1", {});
    expect(closed.updates.slice(0, 4).map(({ name }) => name)).toEqual(["1: 10", "2: 10", "3: 10", "4: 10"]);
    expect(closed.totalCost).toBe(40);
    expect(await flow.jobCases.count("j1")).toBe(21);
    expect(await flow.brokenLinks()).toEqual([]);
  });
});
