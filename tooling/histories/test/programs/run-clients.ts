// One of several processes whose clients work on one store. Arguments: the workload, the store's URL, and as JSON what
// `recordClients` takes. Prints a line when it is ready, waits for the end of its input, and prints its part of the history,
// an event a line.
import { once } from "node:events";
import { createStore } from "@holdfast/core";
import { backend as postgres } from "@holdfast/store-postgres";
import { backend as sqlite } from "@holdfast/store-sqlite";

import { recordClients } from "../../src/record-clients.ts";
import { historyLayout } from "../../src/workloads/store-clients.ts";
import { storeWorkloads } from "../../src/workloads/store-workloads.ts";
import type { StoreWorkload, WorkloadName } from "../../src/workloads/store-workloads.ts";

interface Asked {
  readonly seed: number;
  readonly clients: number;
  readonly calls: number;
  readonly own: readonly number[];
  readonly origin: string;
}

const [name = "", url = "", asked = "{}"] = process.argv.slice(2);
const workload: StoreWorkload = storeWorkloads[name as WorkloadName];
const { origin, ...sizes } = JSON.parse(asked) as Asked;
const backend = url.startsWith("sqlite:") ? sqlite : postgres;
const options = { model: { layout: historyLayout }, durability: "process-crash" } as const;

await using store = await createStore({ backend: backend.name, driver: backend.driver(url), options });
process.stdout.write("ready\n");
await once(process.stdin.resume(), "end");
await recordClients(
  { ...sizes, origin: BigInt(origin), write: (event) => void process.stdout.write(`${JSON.stringify(event)}\n`) },
  (run) => workload.work(store, run),
);
