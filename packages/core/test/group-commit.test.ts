import { describe, expect, test } from "vitest";
import { HoldfastError } from "@holdfast/core";
import type { DriverGroup, DriverOp, GroupResult } from "@holdfast/core";
import { GroupCommit } from "../src/group-commit.ts";
import { Deadline } from "../src/store/deadline.ts";

const check = (id: string): DriverOp => ({ kind: "check", tenant: "default", type: "Job", id, expect: "any" });
const ids = (groups: readonly DriverGroup[]): string[][] => groups.map((group) => group.map(({ id }) => id));
const unlimited = new Deadline({});

/** Records each round that it is given; `fail` says what a round throws. */
function recorder(fail: (round: string[][], tries: number) => unknown = () => undefined) {
  const rounds: string[][][] = [];
  const commit = new GroupCommit(async (groups): Promise<readonly GroupResult[]> => {
    rounds.push(ids(groups));
    const thrown = await Promise.resolve(fail(ids(groups), rounds.length));
    if (thrown instanceof Error) throw thrown;
    return groups.map((group) => group.map(() => ({ ok: true })));
  });
  return { rounds, commit };
}

const conflict = new HoldfastError("a conflict", { code: "TRANSACTION_CONFLICT" });
const violation = new HoldfastError("not unique", { code: "UNIQUE_VIOLATION" });

describe("group commit", () => {
  test("joins the writes that wait together into one round, in the order they came", async () => {
    const { rounds, commit } = recorder();
    await Promise.all(["a", "b", "c"].map((id) => commit.submit([check(id)], unlimited)));
    expect(rounds).toEqual([[["a"], ["b"], ["c"]]]);
  });

  test("joins what arrives during a round into the next one", async () => {
    const late: Promise<unknown>[] = [];
    const { rounds, commit } = recorder((_round, tries) => {
      if (tries === 1) for (const id of ["b", "c"]) late.push(commit.submit([check(id)], unlimited));
    });
    await commit.submit([check("a")], unlimited);
    await Promise.all(late);
    expect(rounds).toEqual([[["a"]], [["b"], ["c"]]]);
  });

  test("lets one bad group fail alone", async () => {
    const { commit } = recorder((round) => (round.flat().includes("bad") ? violation : undefined));
    const settled = await Promise.allSettled(["a", "bad", "b"].map((id) => commit.submit([check(id)], unlimited)));
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  test("fails all of a round at once with what is no group's fault, a full disk say", async () => {
    const { rounds, commit } = recorder(() => new HoldfastError("full", { code: "STORE_FULL" }));
    const settled = await Promise.allSettled(["a", "b"].map((id) => commit.submit([check(id)], unlimited)));
    expect([rounds.length, settled.map(({ status }) => status)]).toEqual([1, ["rejected", "rejected"]]);
  });

  test("never does a round again that may have been applied", async () => {
    const unknown = new HoldfastError("lost", { code: "COMMIT_UNKNOWN", outcome: "unknown" });
    const { rounds, commit } = recorder(() => unknown);
    const settled = await Promise.allSettled(["a", "b"].map((id) => commit.submit([check(id)], unlimited)));
    expect([rounds.length, settled.map(({ status }) => status)]).toEqual([1, ["rejected", "rejected"]]);
  });

  test("tries again what could not be serialized", async () => {
    const { rounds, commit } = recorder((_round, tries) => (tries < 3 ? conflict : undefined));
    await commit.submit([check("a")], unlimited);
    expect(rounds.length).toBe(3);
  });

  test("keeps the place of a batch that is still being encoded, and of a task that runs alone", async () => {
    const { rounds, commit } = recorder();
    const alone = async (): Promise<GroupResult> => {
      rounds.push([["alone"]]);
      return Promise.resolve([]);
    };
    await Promise.all([
      commit.submit([check("a")], unlimited),
      commit.submit(Promise.resolve([check("slow")]), unlimited),
      commit.submitAlone(alone, unlimited),
      commit.submit([check("b")], unlimited),
    ]);
    expect(rounds).toEqual([[["a"]], [["slow"]], [["alone"]], [["b"]]]);
  });

  test("takes a write that is given up while it waits out of the queue, and leaves one that is under way", async () => {
    const controller = new AbortController();
    using deadline = new Deadline({ signals: [controller.signal] });
    const { rounds, commit } = recorder((_round, tries) => {
      if (tries === 1) controller.abort();
    });
    const underWay = commit.submit([check("under way")], deadline);
    await Promise.resolve();
    const [first, second] = await Promise.allSettled([
      underWay,
      underWay.then(() => commit.submit([check("given up")], deadline)),
    ]);
    expect([first.status, second.status]).toEqual(["fulfilled", "rejected"]);
    expect(rounds).toEqual([[["under way"]]]);
  });

  test("rejects only the batch whose encoding failed", async () => {
    const { rounds, commit } = recorder();
    const settled = await Promise.allSettled([
      commit.submit(Promise.reject(violation), unlimited),
      commit.submit([check("b")], unlimited),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect(rounds).toEqual([[["b"]]]);
  });
});
