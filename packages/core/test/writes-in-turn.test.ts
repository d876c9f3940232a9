import { describe, expect, test } from "vitest";
import { eventLoopTurn, HoldfastError } from "@holdfast/core";
import type { DriverGroup, DriverRound, GroupResult, NextRound } from "@holdfast/core";
import type { Footing } from "../src/chained-groups.ts";
import { GroupCommit } from "../src/group-commit.ts";
import { Deadline } from "../src/store/deadline.ts";
import { Turnstile } from "../src/store/turnstile.ts";
import { lonePut as put, unlimited } from "./lone-put.ts";

const done: GroupResult = [{ ok: true }];
const idsOf = (groups: readonly DriverGroup[]): string[] => groups.map((group) => group.map(({ id }) => id).join());
const names = (count: number, from = 0): string[] => Array.from({ length: count }, (_, at) => `n${from + at}`);

/** What becomes of a group that was taken in turn; undefined where it is left. */
type Becomes = (id: string) => GroupResult | undefined;

/** As a driver that settles each round when the next one has been taken, or none is there. */
async function inTurn(next: NextRound, taken: string[][], becomes: Becomes): Promise<void> {
  let open: DriverRound | undefined;
  for (;;) {
    const round = await next();
    open?.settle(Promise.resolve(idsOf(open.groups).map(becomes)));
    open = round;
    if (round === undefined) return;
    taken.push(idsOf(round.groups));
  }
}

function recorder(becomes: Becomes = () => done, turnstile = new Turnstile()) {
  const applied: string[][] = [];
  const taken: string[][] = [];
  const commit = new GroupCommit({
    turnstile,
    apply: async (groups) => {
      applied.push(idsOf(groups));
      return groups.map((group) => group.map(() => ({ ok: true })));
    },
    applyInTurn: (next) => inTurn(next, taken, becomes),
  });
  const submit = (ids: readonly string[]): Promise<readonly GroupResult[]> =>
    Promise.all(ids.map((id) => commit.submit([put(id)], unlimited)));
  return { applied, taken, commit, submit };
}

describe("writes that a driver does in turn", () => {
  test("are halved, so that one half begins while the other commits", async () => {
    const { applied, taken, submit } = recorder();
    expect(await submit(names(64))).toEqual(names(64).map(() => done));
    expect([taken, applied]).toEqual([[names(32), names(32, 32)], []]);
  });

  test("stay halved while those that are answered write again", async () => {
    const { taken, commit } = recorder();
    const loop = async (id: string): Promise<void> => {
      for (let nth = 0; nth < 5; nth++) await commit.submit([put(id)], unlimited);
    };
    await Promise.all(names(64).map(loop));
    expect(taken.map(({ length }) => length)).toEqual(Array.from({ length: 10 }, () => 32));
  });

  test("go in one round where they are few", async () => {
    const { taken, submit } = recorder();
    await submit(names(15));
    expect(taken).toEqual([names(15)]);
  });

  test("are done as any other where they are one or very many", async () => {
    const { applied, taken, submit } = recorder();
    await submit(names(1));
    await submit(names(300));
    expect([taken, applied]).toEqual([[], [names(1), names(300)]]);
  });

  test("are done as any other where one is of several ops, has a limit of time, or is built on one that is not done", async () => {
    using limited = new Deadline({ timeoutMs: 60_000 });
    const footing: Footing = { state: "open" };
    const cases = [
      { second: [put("a"), put("b")], deadline: unlimited },
      { second: [put("a")], deadline: limited },
      { second: [put("a")], deadline: unlimited, chain: { on: footing, own: { state: "open" } } },
    ] as const;
    for (const { second, deadline, ...built } of cases) {
      const { applied, taken, commit } = recorder();
      await Promise.all([
        commit.submit([put("first")], unlimited, { own: footing }),
        commit.submit(second, deadline, "chain" in built ? built.chain : undefined),
      ]);
      expect([taken, applied]).toEqual([[], [["first", ...idsOf([second])]]]);
      footing.state = "open";
    }
  });

  test("are taken where what they are built on is done", async () => {
    const { taken, commit } = recorder();
    const chain = { on: { state: "done" }, own: { state: "open" } } as const;
    await Promise.all([
      commit.submit([put("a")], unlimited, { ...chain, own: { state: "open" } }),
      commit.submit([put("b")], unlimited),
    ]);
    expect(taken).toEqual([["a", "b"]]);
  });

  test("that it leaves are done as any other, in their order, before those that came later", async () => {
    const { applied, taken, submit } = recorder((id) => (id === "n1" || id === "n3" ? undefined : done));
    const results = await Promise.all([submit(names(5)), submit(names(5, 5))]);
    expect(results.flat()).toEqual(names(10).map(() => done));
    expect([taken, applied]).toEqual([[names(10)], [["n1", "n3"]]]);
  });

  test("are tried in turn again ever later while something is left each time", async () => {
    const { taken, submit, applied } = recorder((id) => (id === "n0" ? undefined : done));
    for (let nth = 0; nth < 12; nth++) await submit(names(2));
    // One is done as any other behind the first, then three behind the second, then seven.
    expect(taken.length).toBe(3);
    expect(applied.length).toBe(12);
  });

  test("get the error of a commit of which nobody knows", async () => {
    const unknown = new HoldfastError("lost", { code: "COMMIT_UNKNOWN", outcome: "unknown" });
    const { applied, submit } = recorder(() => {
      throw unknown;
    });
    await expect(submit(names(4))).rejects.toBe(unknown);
    expect(applied).toEqual([]);
  });

  test("are done as any other where the driver takes none", async () => {
    const applied: string[][] = [];
    const commit = new GroupCommit({
      apply: async (groups) => {
        applied.push(idsOf(groups));
        return groups.map(() => done);
      },
      applyInTurn: () => Promise.reject(new Error("no connection")),
    });
    await Promise.all(names(3).map((id) => commit.submit([put(id)], unlimited)));
    expect(applied).toEqual([names(3)]);
  });

  test("fail with a driver that fails on those that it took", async () => {
    const failure = new Error("broken");
    const commit = new GroupCommit({
      apply: async (groups) => groups.map(() => done),
      applyInTurn: async (next) => {
        await next();
        throw failure;
      },
    });
    const settled = await Promise.allSettled(names(3).map((id) => commit.submit([put(id)], unlimited)));
    expect(settled).toMatchObject(names(3).map(() => ({ reason: failure })));
  });

  test("end after a while, so that others have their turn at what the driver keeps", async () => {
    const taken: string[][] = [];
    let runs = 0;
    const commit = new GroupCommit({
      apply: async (groups) => groups.map(() => done),
      applyInTurn: async (next) => {
        runs += 1;
        await inTurn(next, taken, () => done);
      },
    });
    const loop = async (id: string): Promise<void> => {
      for (let nth = 0; nth < 50; nth++) await commit.submit([put(id)], unlimited);
    };
    await Promise.all(names(32).map(loop));
    expect(taken.flat().length).toBe(32 * 50);
    expect(runs).toBeGreaterThan(2);
  });

  test("wait for whoever goes alone, and let him go", async () => {
    const turnstile = new Turnstile();
    const { applied, taken, submit } = recorder(() => done, turnstile);
    const [inside, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const alone = turnstile.pass(3, () => {
      inside.resolve();
      return over.promise;
    });
    await inside.promise;
    const written = submit(names(4));
    for (let turn = 0; turn < 3; turn++) await eventLoopTurn();
    expect([taken, applied]).toEqual([[], []]);
    over.resolve();
    await Promise.all([alone, written]);
    expect([taken, applied]).toEqual([[], [names(4)]]);
  });
});
