import type { CheckProblem, Store } from "@holdfast/core";
import { Case, hasMany, Job, jobCases, repository } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";
import {
  Box,
  boxesWithin,
  Player,
  relationModel,
  Remark,
  Team,
  teamPlayers,
  teamRemarks,
} from "./relation-entities.ts";
import { collected, disturbed, eachWithTenant, existing, failureOf } from "./support.ts";

describe.each(storesUnderTest())("relations, on $name", (target) => {
  let store: Store;
  eachWithTenant(target, relationModel, (view) => (store = view));

  /** Teams of these names, whose names are their ids. */
  async function teams(...names: readonly string[]): Promise<void> {
    await repository(Team, store).saveMany(names.map((name) => ({ id: name, name })));
  }
  async function listed(teamId: string): Promise<readonly string[]> {
    return [...existing(await repository(Team, store).get(teamId)).playerIds];
  }
  async function linkProblems(): Promise<readonly CheckProblem[]> {
    return (await store.check()).problems.filter(({ kind }) => kind !== "settings");
  }

  test("children are a parent's alone, by page, one by one and counted, with further conditions and in any order", async () => {
    await teams("a", "b");
    const players = teamPlayers.of(store);
    await players.createMany("a", [
      { id: "p1", name: "x", rank: 3 },
      { id: "p2", name: "y", rank: 1 },
      { id: "p3", name: "z", rank: 2 },
    ]);
    await players.create("b", { id: "q", name: "x", rank: 9 });
    const ranked = [{ field: "rank", direction: "asc" }] as const;
    const first = await players.children("a", { orderBy: ranked, limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual(["p2", "p3"]);
    const second = await players.children("a", { orderBy: ranked, limit: 2, after: first.next });
    expect(second.items.map(({ id }) => id)).toEqual(["p1"]);
    expect(second.next).toBeUndefined();
    expect((await players.children("a", { where: { rank: { gt: 1 } } })).items.map(({ id }) => id)).toEqual([
      "p1",
      "p3",
    ]);
    expect((await players.children("a", { where: { teamId: "b" } })).items).toEqual([]);
    expect(
      (await collected(players.each("a", { where: { or: [{ rank: 1 }, { rank: 2 }] } }))).map(({ id }) => id),
    ).toEqual(["p2", "p3"]);
    expect([await players.count("a"), await players.count("a", { rank: 3 }), await players.count("none")]).toEqual([
      3, 1, 0,
    ]);
  });

  test("counts give every parent that was asked for, in one query", async () => {
    await teams("a", "b", "c");
    const players = teamPlayers.of(store);
    await players.createMany("a", [{ name: "x" }, { name: "y", rank: 5 }]);
    await players.create("b", { name: "z", rank: 5 });
    await repository(Player, store).create({ name: "free" });
    const asked: unknown[] = [];
    const counted = teamPlayers.of({
      ...disturbed(store, async () => undefined),
      countBy: async (...question) => {
        asked.push(question);
        return store.countBy(...question);
      },
    });
    expect(await counted.counts(["c", "a", "b", "a", "none"])).toEqual(
      new Map([
        ["c", 0],
        ["a", 2],
        ["b", 1],
        ["none", 0],
      ]),
    );
    expect(asked).toHaveLength(1);
    expect(await counted.counts(["a", "b"], { rank: 5 })).toEqual(
      new Map([
        ["a", 1],
        ["b", 1],
      ]),
    );
    expect(await counted.counts([])).toEqual(new Map());
  });

  test("a child's parent is found, for many children in one query, and none for what refers nowhere", async () => {
    await teams("a", "b");
    const players = teamPlayers.of(store);
    const [x, y] = await players.createMany("a", [{ name: "x" }, { name: "y" }]);
    const z = await players.create("b", { name: "z" });
    const free = await repository(Player, store).create({ name: "free" });
    expect((await players.parent(existing(x)))?.name).toBe("a");
    expect(await players.parent(free)).toBeUndefined();
    const parents = await players.parents([z, free, existing(y), existing(x), { teamId: "none" }]);
    expect(parents.map((each) => each?.name)).toEqual(["b", undefined, "a", "a", undefined]);
  });

  test("a new child stands in its parent's list, behind the others, and the parent's other fields stay", async () => {
    await teams("a");
    const players = teamPlayers.of(store);
    await players.create("a", { id: "p1", name: "x" });
    const made = await players.createMany("a", [{ id: "p2", name: "y" }, { name: "z" }]);
    expect(made.map(({ teamId, version }) => [teamId, version])).toEqual([
      ["a", 1],
      ["a", 1],
    ]);
    expect(await listed("a")).toEqual(["p1", "p2", existing(made[1]).id]);
    expect(await repository(Team, store).get("a")).toMatchObject({ name: "a", version: 3 });
    expect(await players.createMany("a", [])).toEqual([]);
    expect(await linkProblems()).toEqual([]);
  });

  test("a child that cannot be created changes nothing", async () => {
    await teams("a", "b");
    const players = teamPlayers.of(store);
    await players.create("a", { id: "p", name: "x" });
    const drafts = [{ name: "new" }, { id: "p", name: "again" }];
    expect((await failureOf(players.createMany("b", drafts))).code).toBe("ALREADY_EXISTS");
    expect(await failureOf(players.create("none", { name: "x" }))).toMatchObject({
      code: "NOT_FOUND",
      details: { type: "Team", id: "none" },
    });
    expect((await failureOf(teamRemarks.of(store).create("none", { text: "x" }))).code).toBe("NOT_FOUND");
    const wrong = JSON.parse('{"name":1}') as { name: string };
    expect((await failureOf(players.create("a", wrong))).code).toBe("INVALID_ENTITY");
    const counts = [await repository(Player, store).count(), await repository(Remark, store).count()];
    expect([...counts, await listed("a"), await listed("b")]).toEqual([1, 0, ["p"], []]);
  });

  test("a child moves from one parent's list to the other's, and to none", async () => {
    await teams("a", "b");
    const players = teamPlayers.of(store);
    await players.createMany("a", [
      { id: "p", name: "x" },
      { id: "q", name: "y" },
    ]);
    expect(await players.attach("p", "b")).toMatchObject({ id: "p", teamId: "b", version: 2 });
    expect([await listed("a"), await listed("b")]).toEqual([["q"], ["p"]]);
    expect(await players.attach("p", "b")).toMatchObject({ teamId: "b", version: 2 });
    expect(await players.detach("p")).toMatchObject({ teamId: null, version: 3 });
    expect(await players.detach("p")).toMatchObject({ teamId: null, version: 3 });
    expect([await listed("a"), await listed("b")]).toEqual([["q"], []]);
    await players.attach("p", "a");
    expect(await listed("a")).toEqual(["q", "p"]);
    expect(await linkProblems()).toEqual([]);
    expect((await failureOf(players.attach("p", "none"))).code).toBe("NOT_FOUND");
    expect((await failureOf(players.attach("none", "a"))).code).toBe("NOT_FOUND");
    expect((await failureOf(players.detach("none"))).code).toBe("NOT_FOUND");
  });

  test("a deleted child leaves its parent's list", async () => {
    await teams("a");
    const players = teamPlayers.of(store);
    await players.createMany("a", [
      { id: "p", name: "x" },
      { id: "q", name: "y" },
    ]);
    await repository(Player, store).create({ id: "free", name: "z" });
    expect([await players.delete("p"), await players.delete("p"), await players.delete("free")]).toEqual([
      true,
      false,
      true,
    ]);
    expect(await listed("a")).toEqual(["q"]);
  });

  test("without a list there is just the reference, and the parent must still be there", async () => {
    await teams("a", "b");
    const remarks = teamRemarks.of(store);
    const { id } = await remarks.create("a", { text: "x" });
    expect((await remarks.attach(id, "b")).teamId).toBe("b");
    expect((await failureOf(remarks.attach(id, "none"))).code).toBe("NOT_FOUND");
    expect((await failureOf(remarks.attach(id, "far too long for an id of a team"))).code).toBe("INVALID_ENTITY");
    expect([await remarks.count("a"), await remarks.count("b")]).toEqual([0, 1]);
    expect(await repository(Team, store).get("b")).toMatchObject({ version: 1 });
    expect(await remarks.delete(id)).toBe(true);
  });

  test("an entity may be related to its own kind, even to itself", async () => {
    const boxes = repository(Box, store);
    await boxes.create({ id: "outer" });
    const within = boxesWithin.of(store);
    await within.create("outer", { id: "inner" });
    await within.create("inner", { id: "core" });
    await within.attach("core", "outer");
    expect((await boxes.get("outer"))?.holds).toEqual(["inner", "core"]);
    expect(await within.attach("inner", "inner")).toMatchObject({ withinId: "inner", holds: ["inner"], version: 4 });
    expect(await linkProblems()).toEqual([]);
    expect(await within.delete("inner")).toBe(true);
    expect((await boxes.get("outer"))?.holds).toEqual(["core"]);
  });

  test("a list that its schema refuses refuses the child", async () => {
    await repository(Box, store).create({ id: "full" });
    const within = boxesWithin.of(store);
    await within.createMany("full", [{ id: "1" }, { id: "2" }, { id: "3" }]);
    expect((await failureOf(within.create("full", { id: "4" }))).code).toBe("INVALID_ENTITY");
    expect(await within.count("full")).toBe(3);
  });

  test("a writer that comes between is no obstacle, and loses nothing", async () => {
    await teams("a");
    const rename = async (): Promise<unknown> =>
      repository(Team, store).update("a", (now) => ({ ...now, name: "renamed" }));
    await teamPlayers.of(disturbed(store, rename)).create("a", { id: "p", name: "x" });
    await teamPlayers.of(disturbed(store, rename)).delete("p");
    expect(await repository(Team, store).get("a")).toMatchObject({ name: "renamed", playerIds: new Set(), version: 5 });
    const players = teamPlayers.of(store);
    await Promise.all(Array.from({ length: 10 }, (_, at) => players.create("a", { id: `p${at}`, name: "x" })));
    expect(new Set(await listed("a")).size).toBe(10);
    await Promise.all(
      Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? players.delete(`p${at}`) : players.detach(`p${at}`))),
    );
    expect([await listed("a"), await linkProblems()]).toEqual([[], []]);
  });

  test("all is done in a transaction, or undone with it", async () => {
    await teams("a", "b");
    const work = store.transaction(async (session) => {
      const players = teamPlayers.of(store).in(session);
      await players.create("a", { id: "p", name: "x" });
      await players.attach("p", "b");
      expect([await players.count("b"), (await repository(Team, session).get("b"))?.playerIds]).toEqual([
        1,
        new Set("p"),
      ]);
      await players.mend("a");
      throw new TypeError("undo");
    });
    await expect(work).rejects.toThrow("undo");
    expect([await repository(Player, store).count(), await listed("a"), await listed("b")]).toEqual([0, [], []]);
    await store.transaction(async (session) => teamPlayers.of(session).create("a", { id: "p", name: "x" }));
    expect(await listed("a")).toEqual(["p"]);
  });

  test("mending makes the list what the references say", async () => {
    await teams("a");
    const players = repository(Player, store);
    await players.saveMany(["p1", "p2", "p3", "p4"].map((id) => ({ id, name: "x", teamId: "a" })));
    const stale = new Set(["p3", "gone", "p1"]);
    await repository(Team, store).update("a", (now) => ({ ...now, playerIds: stale }));
    expect(await linkProblems()).toHaveLength(3);
    expect([...(await teamPlayers.of(store).mend("a")).playerIds]).toEqual(["p3", "p1", "p2", "p4"]);
    expect(await linkProblems()).toEqual([]);
    expect((await teamPlayers.of(store).mend("a")).version).toBe(3);
    expect((await failureOf(teamPlayers.of(store).mend("none"))).code).toBe("NOT_FOUND");
  });

  test("another tenant's parents are no parents", async () => {
    await teams("a");
    const other = store.tenant(`${store.tenantName}-b`);
    expect((await failureOf(teamPlayers.of(other).create("a", { name: "x" }))).code).toBe("NOT_FOUND");
    await repository(Team, other).create({ id: "a", name: "theirs" });
    await teamPlayers.of(other).create("a", { name: "x" });
    expect([await teamPlayers.of(store).count("a"), await teamPlayers.of(other).count("a")]).toEqual([0, 1]);
  });

  test("a job's cases stand on both sides, whatever status the job is in", async () => {
    const jobs = repository(Job, store);
    const { id } = await jobs.create({ name: "a", agentName: "b" });
    await jobs.transition(id, "start_work");
    const cases = jobCases.of(store);
    const one = await cases.create(id, { name: "Page 1" });
    expect(one).toMatchObject({ jobId: id, status: "stopped" });
    expect(await jobs.get(id)).toMatchObject({ caseIds: [one.id], status: "in_progress" });
    await repository(Case, store).transition(one, "start_work");
    const other = await jobs.create({ name: "b", agentName: "b" });
    expect(await cases.attach(one.id, other.id)).toMatchObject({ status: "in_progress", jobId: other.id });
    const moved = existing(await repository(Case, store).get(one.id));
    expect((await cases.parent(moved))?.name).toBe("b");
    expect(await cases.counts([id, other.id])).toEqual(
      new Map([
        [id, 0],
        [other.id, 1],
      ]),
    );
    expect(await linkProblems()).toEqual([]);
    await repository(Case, store).create({ jobId: id, name: "beside" });
    expect(await linkProblems()).toMatchObject([{ kind: "link", type: "Job", id, field: "caseIds" }]);
  });
});

describe("declaring a relation", () => {
  test("is refused where the field does not refer to the parent", async () => {
    const declare =
      (...ends: readonly unknown[]) =>
      async (): Promise<unknown> =>
        Reflect.apply(hasMany, undefined, ends);
    expect(await failureOf(declare(Team, Case, { by: "jobId" })())).toMatchObject({
      code: "INVALID_MODEL",
      message: 'a "Team" has no many by "Case.jobId", which refers to "Job"',
    });
    expect((await failureOf(declare(Team, Player, { by: "toString" })())).message).toContain("is not a reference");
  });

  test("may name the parent's list where the reference does not, and no other where it does", async () => {
    expect(hasMany(Team, Remark, { by: "teamId", mirror: "playerIds" }).mirror).toBe("playerIds");
    expect(hasMany(Team, Player, { by: "teamId", mirror: "playerIds" }).mirror).toBe("playerIds");
    expect(() => hasMany(Team, Player, { by: "teamId", mirror: "name" })).toThrow('is mirrored by "playerIds"');
    const other: unknown[] = [Team, Remark, { by: "teamId", mirror: "none" }];
    expect(() => void Reflect.apply(hasMany, undefined, other)).toThrow(
      expect.objectContaining({ code: "INVALID_MODEL" }),
    );
  });
});
