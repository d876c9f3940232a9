import { writeEvidence } from "@holdfast-tooling/evidence";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterAll, describe, expect, test } from "vitest";

import { recordClients } from "../src/record-clients.ts";
import { historyLayout } from "../src/workloads/store-clients.ts";
import { storeWorkloads } from "../src/workloads/store-workloads.ts";
import type { StoreWorkload, WorkloadName } from "../src/workloads/store-workloads.ts";
import { sizesFromEnvironment } from "./sizes.ts";
import { verdictOf } from "../src/verdict-of.ts";

const sizes = sizesFromEnvironment();
const workloads = Object.keys(storeWorkloads) as WorkloadName[];
const options = { model: { layout: historyLayout }, durability: "process-crash" } as const;
console.log(`histories: SEED=${sizes.seed} CALLS=${sizes.calls} CLIENTS=${sizes.clients}`);

/** Calls that succeeded, by store and workload. */
const explained: Record<string, number> = {};
afterAll(() =>
  writeEvidence({
    name: "histories-one-process",
    title: "Clients of one store",
    figures: { clients: sizes.clients, ...explained },
    promises: [
      {
        promise: "What concurrent clients of one store see has a serial order",
        test: "tooling/histories/test/one-process.test.ts",
        name: "see what a serial order explains: %s",
      },
    ],
  }),
);

describe.each(storesUnderTest())("many clients of one $name store", ({ name, open }) => {
  test.each(workloads)("see what a serial order explains: %s", { timeout: 3_600_000 }, async (workload) => {
    const { prepare, work, finish }: StoreWorkload = storeWorkloads[workload];
    await using store = await open(options);
    await prepare(store);
    const events = await recordClients(
      sizes,
      (run) => work(store, run),
      (recorder, done) => finish(store, recorder, done),
    );
    expect(await verdictOf(workload, { store: name, seed: sizes.seed }, events)).toEqual([]);
    const succeeded = events.filter(({ type }) => type === "ok").length;
    expect(succeeded).toBeGreaterThan(sizes.calls / 10);
    explained[`calls explained: ${name}, ${workload}`] = succeeded;
    expect(events.filter(({ type }) => type === "info")).toEqual([]);
  });
});
