import { describe, expect, test } from "vitest";
import { eventLoopTurn, HoldfastError, TurnShare } from "@holdfast/core";
import type { DriverGroup, DriverOp, GroupResult } from "@holdfast/core";
import type { Footing } from "../src/chained-groups.ts";
import { GroupCommit } from "../src/group-commit.ts";
import { Deadline } from "../src/store/deadline.ts";
import { Turnstile } from "../src/store/turnstile.ts";
import { lonePut as put, unlimited } from "./lone-put.ts";

const check = (id: string): DriverOp => ({ kind: "check", tenant: "default", type: "Job", id, expect: "any" });
const ids = (groups: readonly DriverGroup[]): string[][] => groups.map((group) => group.map(({ id }) => id));

/** No time passes while lone writes are done. */
const standingShare = new TurnShare(1, { now: () => 0, behindOthers: (run) => void setImmediate(run) });

/** Records each round that it is given; `fail` says what a round throws. */
function recorder(fail: (round: string[][], tries: number) => unknown = () => undefined) {
  const rounds: string[][][] = [];
  const groups: DriverGroup[] = [];
  const apply = async (round: readonly DriverGroup[]): Promise<readonly GroupResult[]> => {
    rounds.push(ids(round));
    groups.push(...round);
    const thrown = await Promise.resolve(fail(ids(round), rounds.length));
    if (thrown instanceof Error) throw thrown;
    return round.map((group) => group.map(() => ({ ok: true })));
  };
  const commit = new GroupCommit({ apply, share: standingShare });
  return { rounds, groups, commit };
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

  test("keeps a write that is awaited behind another waiting for no turn of the event loop", async () => {
    const { commit } = recorder();
    for (const id of ["a", "b"]) await commit.submit([check(id)], unlimited);
    const order: string[] = [];
    setImmediate(() => order.push("others"));
    await commit.submit([check("c")], unlimited).then(() => order.push("c"));
    await eventLoopTurn();
    expect(order).toEqual(["c", "others"]);
  });

  test("gives others a turn behind each lone write that takes a millisecond", async () => {
    let now = 0;
    const share = new TurnShare(1, { now: () => now, behindOthers: (run) => void setImmediate(run) });
    const slow = async (): Promise<readonly GroupResult[]> => {
      now += 1;
      return [[{ ok: true }]];
    };
    const commit = new GroupCommit({ apply: slow, share });
    let turns = 0;
    let isOver = false;
    const others = (async () => {
      for (; !isOver; turns++) await eventLoopTurn();
    })();
    for (let at = 0; at < 20; at++) await commit.submit([check(`${at}`)], unlimited);
    isOver = true;
    await others;
    expect(turns).toBeGreaterThanOrEqual(19);
  });

  test("joins writes that begin together behind a lone one", async () => {
    const { rounds, commit } = recorder();
    for (const id of ["a", "b"]) await commit.submit([check(id)], unlimited);
    await Promise.all(["c", "d"].map(async (id) => commit.submit([check(id)], unlimited)));
    expect(rounds).toEqual([[["a"]], [["b"]], [["c"], ["d"]]]);
  });

  test("joins the writes of loops that run side by side", async () => {
    const { rounds, commit } = recorder(() => eventLoopTurn());
    const loop = async (steps: number): Promise<void> => {
      for (const id of ["a", "b", "c", "d", "e"]) {
        for (let step = 0; step < steps; step++) await Promise.resolve();
        await commit.submit([check(id)], unlimited);
      }
    };
    await loop(0);
    rounds.length = 0;
    await Promise.all([loop(0), loop(20), loop(40)]);
    // The first one of all goes alone, since nobody else was there before.
    expect(rounds.map((round) => round.length)).toEqual([1, 3, 3, 3, 3, 2]);
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

  describe("where the driver does a group at once", () => {
    /** What the driver is asked for: "at once a", "a". */
    function atOnce(applyAtOnce: (group: DriverGroup) => GroupResult | undefined, turnstile = new Turnstile()) {
      const asked: string[] = [];
      const commit = new GroupCommit({
        apply: async (round) => {
          asked.push(ids(round).join(" "));
          return round.map((group) => group.map(() => ({ ok: true })));
        },
        applyAtOnce(group) {
          asked.push(`at once ${ids([group]).join(" ")}`);
          return applyAtOnce(group);
        },
        turnstile,
        share: standingShare,
      });
      return { asked, commit };
    }
    const done = (): GroupResult => [{ ok: true }];

    test("asks it for a write that is alone, and for no others", async () => {
      const { asked, commit } = atOnce(done);
      expect(await commit.submit([check("a")], unlimited)).toEqual([{ ok: true }]);
      await Promise.all(["b", "c"].map((id) => commit.submit([check(id)], unlimited)));
      expect(asked).toEqual(["at once a", "b c"]);
    });

    test("leaves to the round what it does not do so", async () => {
      const { asked, commit } = atOnce(() => undefined);
      expect(await commit.submit([check("a")], unlimited)).toEqual([{ ok: true }]);
      expect(asked).toEqual(["at once a", "a"]);
    });

    test("does nothing again that failed while it was committed", async () => {
      const unknown = new HoldfastError("lost", { code: "COMMIT_UNKNOWN", outcome: "unknown" });
      const { asked, commit } = atOnce(() => {
        throw unknown;
      });
      const footing: Footing = { state: "open" };
      await expect(commit.submit([put("a")], unlimited, { own: footing })).rejects.toBe(unknown);
      expect([asked, footing.state]).toEqual([["at once a"], "failed"]);
    });

    test("waits while a transaction goes alone", async () => {
      const turnstile = new Turnstile();
      let end: () => void = () => undefined;
      const alone = turnstile.pass(3, () => new Promise<void>((resolve) => (end = resolve)));
      await eventLoopTurn();
      const { asked, commit } = atOnce(done, turnstile);
      const written = commit.submit([check("a")], unlimited);
      await eventLoopTurn();
      await eventLoopTurn();
      expect(asked).toEqual([]);
      end();
      await Promise.all([alone, written]);
      expect(asked).toEqual(["a"]);
    });

    test("does not do what was given up", async () => {
      const controller = new AbortController();
      using deadline = new Deadline({ signals: [controller.signal] });
      const { asked, commit } = atOnce(done);
      const written = commit.submit([check("a")], deadline);
      controller.abort();
      await expect(written).rejects.toMatchObject({ code: "ABORTED" });
      await commit.idle();
      expect(asked).toEqual([]);
    });
  });

  describe("chained", () => {
    const open = (): Footing => ({ state: "open" });

    test("names the group that one is built on, where both are in one round", async () => {
      const { rounds, commit, groups } = recorder();
      const [first, second] = [open(), open()];
      await Promise.all([
        commit.submit([put("a")], unlimited, { own: first }),
        commit.submit([put("a"), check("b")], unlimited, { on: first, own: second }),
      ]);
      expect(rounds).toEqual([[["a"], ["a", "b"]]]);
      expect(groups[1]?.[0]).toMatchObject({ after: groups[0] });
      expect([first.state, second.state]).toEqual(["done", "done"]);
    });

    test("is as any other where what it is built on is done already", async () => {
      const { commit, groups } = recorder();
      const first = open();
      await commit.submit([put("a")], unlimited, { own: first });
      await commit.submit([put("a")], unlimited, { on: first, own: open() });
      expect(groups[1]).toEqual([put("a")]);
    });

    test("is refused, without a round, where what it is built on was given up", async () => {
      const { rounds, commit } = recorder();
      const controller = new AbortController();
      using deadline = new Deadline({ signals: [controller.signal] });
      const [first, second, third] = [open(), open(), open()];
      const settled = Promise.allSettled([
        commit.submit([put("a")], deadline, { own: first }),
        commit.submit([put("a"), check("b")], unlimited, { on: first, own: second }),
        commit.submit([put("a")], unlimited, { on: second, own: third }),
        commit.submit([put("c")], unlimited),
      ]);
      controller.abort();
      const [given, ...others] = await settled;
      expect(given.status).toBe("rejected");
      const refused = { ok: false, why: "version" };
      expect(others).toMatchObject([
        { value: [refused, { ok: false, why: "batch" }] },
        { value: [refused] },
        { value: [{ ok: true }] },
      ]);
      expect([first.state, second.state, third.state]).toEqual(["failed", "failed", "failed"]);
      expect(rounds).toEqual([[["c"]]]);
    });

    test("is refused where its round fails, and what it is built on fails alone too", async () => {
      const { rounds, commit } = recorder((round) => (round.flat().includes("bad") ? violation : undefined));
      const first = open();
      const [bad, built] = await Promise.allSettled([
        commit.submit([put("bad")], unlimited, { own: first }),
        commit.submit([put("a")], unlimited, { on: first, own: open() }),
      ]);
      expect([bad.status, built]).toMatchObject(["rejected", { value: [{ ok: false, why: "version" }] }]);
      expect(rounds).toEqual([[["bad"], ["a"]], [["bad"]]]);
    });
  });
});
