import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { recordClients } from "../src/record-clients.ts";
import { historyLayout } from "../src/workloads/store-clients.ts";
import { storeWorkloads } from "../src/workloads/store-workloads.ts";
import type { StoreWorkload, WorkloadName } from "../src/workloads/store-workloads.ts";
import { sizesFromEnvironment } from "./sizes.ts";
import { verdictOf } from "./verdict-of.ts";

const sizes = sizesFromEnvironment();
const workloads = Object.keys(storeWorkloads) as WorkloadName[];
const options = { model: { layout: historyLayout }, durability: "process-crash" } as const;
console.log(`histories: SEED=${sizes.seed} CALLS=${sizes.calls} CLIENTS=${sizes.clients}`);

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
    expect(events.filter(({ type }) => type === "ok").length).toBeGreaterThan(sizes.calls / 10);
    expect(events.filter(({ type }) => type === "info")).toEqual([]);
  });
});
