import { defineEntity } from "@holdfast/core";
import type { Store } from "@holdfast/core";
import {
  Case,
  Cases,
  createCaseRepository,
  Job,
  Jobs,
  registry,
  repository,
  StorageManager,
  workflowModel,
} from "@holdfast/repositories";
import type { Repository, WatchBatch } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { eachWithTenant, existing, failureOf } from "./support.ts";

function job(id: string, { agentName = "ann", version = 1, status = "in_progress" }: Partial<Job> = {}): Job {
  const given = { name: id, missionId: null, jobContext: null, payload: null, result: null, error: null };
  const times = { createdAt: "2026-01-01T00:00:00.000000Z", updatedAt: "2026-01-01T00:00:00.000000Z" };
  const lists = { responses: [], agentParameters: null, caseIds: ["c1"], metadata: { a: { b: 1 } } };
  return { ...given, ...times, ...lists, id, agentName, version, status, finishedAt: null };
}

const ids = (jobs: Iterable<Job>): readonly string[] => Array.from(jobs, ({ id }) => id);

describe("a registry", () => {
  let jobs: Jobs;
  beforeEach(() => {
    jobs = Jobs();
  });

  test("holds what is added, by id and by group, in the order in which it came", () => {
    jobs.add(job("b"));
    jobs.add(job("a", { agentName: "bob" }));
    jobs.add(job("c"));
    expect([jobs.size, ids(jobs), ids(jobs.of("ann")), ids(jobs.getAgentJobs("bob"))]).toEqual([
      3,
      ["b", "a", "c"],
      ["b", "c"],
      ["a"],
    ]);
    expect([jobs.has("a"), jobs.has("a", "bob"), jobs.has("a", "ann"), jobs.has("x")]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(jobs.get("a", "ann")).toBeUndefined();
    expect(jobs.get("a")).toEqual(job("a", { agentName: "bob" }));
    expect(jobs.of("nobody")).toEqual([]);
  });

  test("holds an id once, in whatever group it is now", () => {
    jobs.add(job("a"));
    expect(jobs.add(job("a", { agentName: "bob", version: 2 }))).toBe(true);
    expect([jobs.size, jobs.of("ann"), ids(jobs.of("bob"))]).toEqual([1, [], ["a"]]);
  });

  test("never takes an older version for a newer one", () => {
    jobs.add(job("a", { version: 3 }));
    expect(jobs.add(job("a", { version: 2, agentName: "bob" }))).toBe(false);
    expect(jobs.get("a")).toMatchObject({ version: 3, agentName: "ann" });
    expect(jobs.add(job("a", { version: 3, agentName: "bob" }))).toBe(true);
  });

  test("shares nothing with whoever adds or reads", () => {
    const added = job("a");
    jobs.add(added);
    added.caseIds.push("c2");
    Object.assign(added.metadata, { a: 2 });
    const held = existing(jobs.get("a"));
    expect(() => held.caseIds.push("c3")).toThrow(TypeError);
    expect(() => Object.assign(held, { name: "x" })).toThrow(TypeError);
    expect(jobs.get("a")).toEqual(job("a"));
  });

  test("removes one, and resets to nothing", () => {
    jobs.add(job("a"));
    jobs.add(job("b"));
    expect([jobs.remove("a"), jobs.remove("a"), ids(jobs.of("ann"))]).toEqual([true, false, ["b"]]);
    jobs.reset();
    expect([jobs.size, jobs.of("ann")]).toEqual([0, []]);
  });

  test("lets finished entities go beyond a number, the longest held first, so it never grows without end", () => {
    const few = Jobs({ keepFinished: 2 });
    for (const id of ["a", "b", "c", "d"]) few.add(job(id));
    for (const id of ["b", "a", "c"]) few.add(job(id, { status: "completed", version: 2 }));
    expect(ids(few)).toEqual(["a", "c", "d"]);
    expect([few.evictFinished(), ids(few), few.evictFinished()]).toEqual([2, ["d"], 0]);
    for (let n = 0; n < 1_500; n++) jobs.add(job(String(n), { status: "failed" }));
    expect(jobs.size).toBe(1_000);
  });

  test("refuses what has no id, and a number of finished ones that is none", () => {
    expect(() => jobs.add({ ...job("a"), id: "" })).toThrow(expect.objectContaining({ code: "INVALID_ID" }));
    expect(() => Jobs({ keepFinished: -1 })).toThrow(expect.objectContaining({ code: "INVALID_CONFIG" }));
  });

  test("copies dates, sets and maps, and leaves instances of other classes alone", () => {
    class Money {
      cents = 5;
    }
    const price = new Money();
    const Thing = defineEntity({ name: "Thing", schema: z.object({ on: z.date(), tags: z.set(z.string()) }) });
    const things = registry(Thing);
    const times = { createdAt: "", updatedAt: "" };
    const thing = { id: "a", version: 1, ...times, on: new Date(5), tags: new Set(["x"]), price };
    things.add(thing);
    thing.on.setTime(6);
    thing.tags.clear();
    expect(things.get("a")).toMatchObject({ on: new Date(5), tags: new Set(["x"]) });
    expect(Reflect.get(existing(things.get("a")), "price")).toBe(price);
  });
});

describe.each(storesUnderTest())("a registry beside a store, on $name", (target) => {
  let store: Store;
  let stored: Repository<typeof Job>;
  eachWithTenant(target, workflowModel, (view) => {
    store = view;
    stored = repository(Job, view);
  });

  test("looks in the store where that is asked for, and then holds nothing of it", async () => {
    const jobs = Jobs({ store });
    const { id } = await stored.create({ name: "a", agentName: "ann" });
    expect(await jobs.getJob(id)).toBeUndefined();
    expect(await jobs.getJob(id, { includePersisted: true })).toEqual(await stored.get(id));
    expect(await jobs.getJob(id, { includePersisted: true, agentName: "ann" })).toMatchObject({ id });
    expect(await jobs.getJob(id, { includePersisted: true, agentName: "bob" })).toBeUndefined();
    expect(await jobs.getJob("nowhere", { includePersisted: true })).toBeUndefined();
    expect(jobs.size).toBe(0);
    expect((await failureOf(Jobs().getJob(id, { includePersisted: true }))).code).toBe("INVALID_CONFIG");
  });

  test("prefers what it holds to what is stored", async () => {
    const jobs = Jobs({ store });
    const kept = await stored.create({ name: "a", agentName: "ann" });
    jobs.add(kept);
    await stored.transition(kept.id, "start_work");
    expect(await jobs.getJob(kept.id, { includePersisted: true, agentName: "ann" })).toEqual(kept);
  });

  test("keeps nobody from reading what is held, as often as one likes", async () => {
    await using manager = new StorageManager(store);
    const cases = Cases({ store });
    const kept = await repository(Case, store).create({ jobId: "j1", name: "a" });
    cases.add(kept);
    const readers = createCaseRepository(manager);
    expect(await readers.getAll()).toEqual(await readers.getAll());
    expect(await readers.getById(kept.id)).toMatchObject({ id: kept.id, jobId: "j1" });
    expect([cases.size, cases.get(kept.id)]).toEqual([1, kept]);
  });

  test("stays fresh from the change feed: what starts enters, what changes is new, what ends leaves", async () => {
    const jobs = Jobs();
    jobs.add(job("stale"));
    const { id } = await stored.create({ name: "a", agentName: "ann" });
    await stored.transition(id, "start_work");
    await stored.create({ name: "at rest", agentName: "ann" });
    const ended = new AbortController();
    const batches = jobs.follow(stored, { signal: ended.signal })[Symbol.asyncIterator]();
    await next(batches);
    expect(ids(jobs)).toEqual([id]);
    await stored.update(id, (now) => ({ ...now, name: "b" }));
    await next(batches);
    expect(jobs.get(id)?.name).toBe("b");
    await stored.transition(id, "successfully_done");
    await next(batches);
    expect(jobs.size).toBe(0);
    ended.abort();
    expect((await batches.next()).done).toBe(true);
  });

  test("cases are grouped by their job", async () => {
    const cases = Cases({ store });
    const [one, other] = await repository(Case, store).saveMany([
      { id: "c1", jobId: "j1", name: "a" },
      { id: "c2", jobId: "j2", name: "b" },
    ]);
    cases.add(existing(one));
    cases.add(existing(other));
    expect(cases.getJobCases("j1").map(({ id }) => id)).toEqual(["c1"]);
    expect(await cases.getCase("c2", { jobId: "j1" })).toBeUndefined();
    expect(await cases.getCase("c2", { jobId: "j2" })).toMatchObject({ id: "c2" });
  });
});

async function next(batches: AsyncIterator<WatchBatch<typeof Job>>): Promise<void> {
  expect((await batches.next()).done).not.toBe(true);
}
