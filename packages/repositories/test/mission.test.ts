import type { Store } from "@holdfast/core";
import { canTransition, terminalStatuses } from "@holdfast/core";
import { Job, Mission, missionJobs, missionLifecycle, repository, workflowModel } from "@holdfast/repositories";
import type { Repository } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";
import { eachWithTenant, failureOf } from "./support.ts";

test("the lifecycle of missions is one of its own: planned, interrupted, completed or called off", () => {
  expect(missionLifecycle.statuses).toEqual(["draft", "in_progress", "on_hold", "completed", "cancelled"]);
  expect(terminalStatuses(missionLifecycle)).toEqual(["completed", "cancelled"]);
  expect(canTransition(missionLifecycle, "in_progress", "on_hold")).toBe(true);
  expect(canTransition(missionLifecycle, "on_hold", "completed")).toBe(false);
});

describe.each(storesUnderTest())("missions, on $name", (target) => {
  let store: Store;
  let missions: Repository<typeof Mission>;
  let jobs: Repository<typeof Job>;
  eachWithTenant(target, workflowModel, (view) => {
    store = view;
    missions = repository(Mission, store);
    jobs = repository(Job, store);
  });

  test("need a name and nothing else", async () => {
    expect(await missions.create({ name: "Spring campaign" })).toMatchObject({
      status: "draft",
      finishedAt: null,
      description: "",
      priority: "medium",
      budget: null,
      startDate: null,
      endDate: null,
      progress: 0,
      tags: [],
      agents: [],
      users: [],
      messagingChannel: null,
      metadata: {},
    });
  });

  test("refuse a progress beyond 100 and a priority that is none", async () => {
    expect(await failureOf(missions.create({ name: "a", progress: 101 }))).toMatchObject({
      code: "INVALID_ENTITY",
      details: { path: ["progress"] },
    });
    const priority = "urgent" as "high";
    expect((await failureOf(missions.create({ name: "a", priority }))).code).toBe("INVALID_ENTITY");
  });

  test("are interrupted and taken up again, and end once", async () => {
    const { id } = await missions.create({ name: "a" });
    expect((await failureOf(missions.transition(id, "complete"))).code).toBe("ILLEGAL_TRANSITION");
    await missions.transition(id, "start");
    await missions.transition(id, "hold");
    expect((await missions.transition(id, "resume")).finishedAt).toBeNull();
    const done = await missions.transition(id, "complete", { patch: { progress: 100 } });
    expect(done).toMatchObject({ status: "completed", progress: 100 });
    expect(done.finishedAt).toBeTypeOf("string");
    expect((await missions.tryTransition(id, "cancel")).ok).toBe(false);
  });

  test("have jobs, counted for many missions in one query", async () => {
    await missions.saveMany([
      { id: "m1", name: "one" },
      { id: "m2", name: "two" },
    ]);
    const relation = missionJobs.of(store);
    await relation.createMany("m1", [
      { id: "j1", name: "a", agentName: "ann" },
      { id: "j2", name: "b", agentName: "ann" },
    ]);
    await jobs.create({ id: "j3", name: "c", agentName: "ann" });
    expect(await relation.counts(["m1", "m2"])).toEqual(
      new Map([
        ["m1", 2],
        ["m2", 0],
      ]),
    );
    await relation.attach("j3", "m2");
    expect((await relation.children("m2")).items).toMatchObject([{ id: "j3", missionId: "m2" }]);
    expect(await relation.parent({ missionId: "m2" })).toMatchObject({ name: "two" });
  });

  test("must be stored to have jobs, and leave them behind when they are deleted", async () => {
    expect((await failureOf(jobs.create({ name: "a", agentName: "b", missionId: "nowhere" }))).code).toBe(
      "REFERENCE_VIOLATION",
    );
    const mission = await missions.create({ name: "a" });
    const { id } = await jobs.create({ name: "a", agentName: "b", missionId: mission.id });
    expect(await missions.delete(mission.id)).toBe(true);
    expect(await jobs.get(id)).toMatchObject({ missionId: null, version: 2 });
  });
});
