import { HoldfastError } from "@holdfast/core";
import type { Guarantees } from "@holdfast/core";
import { describe, expect, test } from "vitest";

import { checkClaims } from "../src/check-claims.ts";
import { describeStore, describeTransaction } from "../src/index.ts";
import type { StoreTarget } from "../src/index.ts";

interface Registered {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** What a runner is handed, without a run of it. */
function registered(target: StoreTarget, register: typeof describeStore = describeStore): readonly Registered[] {
  const tests: Registered[] = [];
  let path: readonly string[] = [];
  register(
    {
      describe(name, suite) {
        const outer = path;
        path = [...outer, name];
        suite();
        path = outer;
      },
      test: (name, run) => void tests.push({ name: [...path, name].join(" > "), run }),
      afterAll: () => undefined,
    },
    target,
  );
  return tests;
}

const open = () => Promise.reject(new HoldfastError("nothing to open", { code: "BACKEND_FAILURE" }));
const all: StoreTarget = { name: "all", open, reopen: open, sharable: true };

describe("describeStore", () => {
  test("registers more than 350 behaviours, each under a name of its own", () => {
    const names = registered(all).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(350);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  test("claims all but exclusiveness of a store that is persistent and sharable", () => {
    const skipped = registered(all).filter(({ name }) => name.includes("not claimed"));
    expect(skipped.length).toBeLessThan(5);
    for (const { name } of skipped) expect(name).toMatch(/\(not claimed: several stores may be open/);
  });

  test("keeps what a store does not claim on the list, with the reason", async () => {
    const volatile = registered({ name: "all", open });
    expect(volatile).toHaveLength(registered(all).length);
    const skipped = volatile.filter(({ name }) => name.includes("not claimed"));
    expect(skipped.length).toBeGreaterThan(10);
    for (const { name, run } of skipped) {
      expect(name).toMatch(/\(not claimed: [a-z][^)]+\)$/);
      await expect(run()).resolves.toBeUndefined();
    }
  });

  test("tells persistence and sharing apart", () => {
    const persistent = registered({ name: "all", open, reopen: open });
    const skipped = persistent.filter(({ name }) => name.includes("not claimed")).map(({ name }) => name);
    expect(skipped.length).toBeGreaterThan(0);
    for (const name of skipped) expect(name).toMatch(/one store at a time/);
  });

  test("keeps what needs others to be answered on the list, of a store that does one thing at a time", () => {
    const skipped = registered({ ...all, oneAtATime: true }).filter(({ name }) => /open transaction makes/.test(name));
    expect(skipped.length).toBeGreaterThan(5);
    expect(skipped.length).toBeLessThan(20);
  });

  test("fails where a claim is not what the store's guarantees say", () => {
    const guarantees: Guarantees = {
      isolation: "serializable",
      writers: "host",
      durability: "power-loss",
      staleReads: false,
      hints: "store",
    };
    expect(() => checkClaims(all, guarantees)).not.toThrow();
    expect(() => checkClaims({ sharable: true }, guarantees)).toThrow("reopen");
    expect(() => checkClaims({ reopen: open }, guarantees)).toThrow("sharable");
    expect(() => checkClaims({ ...all, oneAtATime: true }, guarantees)).toThrow("oneAtATime");
    expect(() => checkClaims(all, { ...guarantees, oneAtATime: true })).toThrow("oneAtATime");
    expect(() => checkClaims(all, { ...guarantees, durability: "none" })).toThrow("reopen");
  });

  test("fails every claimed behaviour of a store that cannot be opened, with the reason", async () => {
    const claimed = registered(all).filter(({ name }) => !name.includes("not claimed"));
    const outcomes = await Promise.allSettled(claimed.map(({ run }) => run()));
    const others = outcomes
      .map((outcome, at) => [claimed[at]?.name, outcome] as const)
      .filter(([, outcome]) => {
        return outcome.status === "fulfilled" || !String(outcome.reason).includes("nothing to open");
      });
    expect(others).toEqual([]);
  });
});

describe("describeTransaction", () => {
  const inside = registered(all, describeTransaction);

  test("registers more than 200 of the behaviours once more, under the same names", () => {
    const promised = new Set(registered(all).map(({ name }) => name.split(" > ").slice(1).join(" > ")));
    const names = inside.map(({ name }) => name.split(" > ").slice(1).join(" > "));
    expect(names.length).toBeGreaterThan(200);
    expect(names.filter((name) => !promised.has(name))).toEqual([]);
  });

  test("fails every one of them on a store that cannot be opened", async () => {
    const outcomes = await Promise.allSettled(inside.map(({ run }) => run()));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toEqual([]);
  });
});
