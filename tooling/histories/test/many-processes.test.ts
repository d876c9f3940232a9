import { fileURLToPath } from "node:url";
import { writeEvidence } from "@holdfast-tooling/evidence";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterAll, describe, expect, test } from "vitest";

import { mergeHistories, parseHistory } from "../src/history.ts";
import { recordClients } from "../src/record-clients.ts";
import { historyLayout } from "../src/workloads/store-clients.ts";
import { storeWorkloads } from "../src/workloads/store-workloads.ts";
import type { StoreWorkload, WorkloadName } from "../src/workloads/store-workloads.ts";
import { runTogether } from "./run-together.ts";
import { sizesFromEnvironment } from "./sizes.ts";
import { verdictOf } from "../src/verdict-of.ts";

const program = fileURLToPath(new URL("programs/run-clients.ts", import.meta.url));
const sizes = sizesFromEnvironment();
/** `WORKLOADS=register,list-append,bank`; each process takes a second to start, so that one of them must do in the daily run. */
const workloads = (process.env["WORKLOADS"] ?? "list-append").split(",") as WorkloadName[];
const options = { model: { layout: historyLayout }, durability: "process-crash" } as const;
const processes = 3;

/** Which clients a process runs: each its share. */
function clientsOf(place: number): readonly number[] {
  return Array.from({ length: sizes.clients }, (_each, client) => client).filter((each) => each % processes === place);
}

/** Calls that succeeded, by store and workload. */
const explained: Record<string, number> = {};
afterAll(() =>
  writeEvidence({
    name: "histories-many-processes",
    title: "Clients in several processes",
    figures: { clients: sizes.clients, ...explained },
    promises: [
      {
        promise: "What clients in several processes see has a serial order",
        test: "tooling/histories/test/many-processes.test.ts",
        name: "see what a serial order explains: %s",
      },
    ],
  }),
);

const sharable = storesUnderTest().filter((store) => store.sharable);

describe.each(sharable)("several processes on one $name store", ({ name, open, urlOf }) => {
  test.each(workloads)("see what a serial order explains: %s", { timeout: 3_600_000 }, async (workload) => {
    const { prepare, finish }: StoreWorkload = storeWorkloads[workload];
    await using store = await open(options);
    await prepare(store);
    const origin = process.hrtime.bigint();
    const parts = await runTogether(
      Array.from({ length: processes }, (_each, place) => {
        const asked = JSON.stringify({ ...sizes, own: clientsOf(place), origin: String(origin) });
        return ["--conditions=holdfast-source", "--no-warnings", program, workload, urlOf(store), asked];
      }),
    );
    const last = await recordClients(
      { ...sizes, own: [], origin },
      () => Promise.resolve(),
      (recorder, done) => finish(store, recorder, done),
    );
    const events = mergeHistories([...parts.map(parseHistory), last]);
    const place = { store: `${name}-processes`, seed: sizes.seed };
    expect(await verdictOf(workload, place, events)).toEqual([]);
    const succeeded = events.filter(({ type }) => type === "ok").length;
    expect(succeeded).toBeGreaterThan(sizes.calls / 10);
    explained[`calls explained: ${name}, ${workload}`] = succeeded;
  });
});
