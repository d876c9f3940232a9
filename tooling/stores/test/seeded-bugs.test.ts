import { createStore } from "@holdfast/core";
import type { StoreTarget } from "@holdfast/conformance";
import { backend } from "@holdfast/store-memory";
import { faultyDriver, seededBugs } from "@holdfast-tooling/seeded-bugs";
import type { Bug } from "@holdfast-tooling/seeded-bugs";
import { describe, expect, test } from "vitest";

import { runTheme } from "./run-theme.ts";

function targetWith(bug: Bug): StoreTarget {
  return {
    name: "a store with a bug",
    open: (options) => createStore({ backend: backend.name, driver: faultyDriver(bug), options }),
  };
}

async function broken(theme: string, bug: Bug): Promise<readonly string[]> {
  const report = await runTheme(theme, targetWith(bug));
  return [...report].flatMap(([name, failure]) => (failure === undefined ? [] : [name]));
}

describe("the suite tells a store with a bug from a sound one", () => {
  test.each(seededBugs)("finds it where $name", { timeout: 60_000 }, async ({ theme, bug }) => {
    expect(await broken(theme, bug)).not.toEqual([]);
  });

  test("finds nothing in a driver that was wrapped without a bug", { timeout: 60_000 }, async () => {
    for (const theme of new Set(seededBugs.map((each) => each.theme)))
      expect(await broken(theme, () => ({}))).toEqual([]);
  });

  test("sees no anomaly in snapshot isolation but those that it allows", { timeout: 60_000 }, async () => {
    const snapshots = seededBugs.find(({ name }) => name.startsWith("snapshot isolation"));
    expect(snapshots).toBeDefined();
    if (snapshots === undefined) return;
    expect(await broken("isolation: anomalies that never happen", snapshots.bug)).toEqual([]);
    expect((await broken(snapshots.theme, snapshots.bug)).map((name) => name.replace(/[,:].*/, ""))).toEqual([
      "G2-item",
      "G2",
      "G2 by absence",
      "the read-only anomaly",
      "the read-only anomaly",
      "G2-item between a transaction and a single write with a check",
    ]);
  });
});
