import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { writeEvidence } from "@holdfast-tooling/evidence";
import { historyLayout, recordClients, storeWorkloads, verdictOf } from "@holdfast-tooling/histories";
import type { HistoryEvent, StoreWorkload, WorkloadName } from "@holdfast-tooling/histories";
import { startPostgres } from "@holdfast-tooling/pg-test";
import type { PostgresServer } from "@holdfast-tooling/pg-test";
import type { Store } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";

import { faults } from "../src/faults.ts";
import type { FaultName } from "../src/faults.ts";
import { Milestones } from "../src/milestones.ts";

/** `CALLS`: of all clients, over all workloads. `SEED`: what they ask. */
const calls = Number(process.env["CALLS"] ?? 10_000);
const seed = Number(process.env["SEED"]);
const clients = 10;
/** As many stores as there would be processes. */
const stores = 3;
/** Calls between one fault and the next. */
const callsAFault = 200;
/** Few of them are restarts, or the calls would be made of waiting. */
const plan: readonly FaultName[] = [
  "the end of every connection",
  "the end of every connection",
  "the death of one connection's process",
  "the end of every connection",
  "a stop as in a crash",
];
const workloads = Object.keys(storeWorkloads) as WorkloadName[];
const options = { model: { layout: historyLayout } };
console.log(`histories under faults: SEED=${seed} CALLS=${calls}`);

describe("clients of a server that is crashed and robbed of its connections", () => {
  let server: PostgresServer;
  const figures: Record<string, number> = { clients };
  beforeAll(async () => {
    server = await startPostgres({ fsync: true, settings: { deadlock_timeout: "50ms" } });
  });
  afterAll(async () => {
    await server.stop();
    console.log(figures);
    await writeEvidence({
      name: "postgres-histories",
      title: "Histories under faults of a Postgres server",
      figures,
      promises: [
        {
          promise: "What clients see has a serial order by the clock while connections and servers die under them",
          test: "tooling/pg-chaos/test/histories.test.ts",
          name: "see what a serial order explains: %s",
        },
      ],
    });
  });

  test.for(workloads)("see what a serial order explains: %s", { timeout: 7_200_000 }, async (workload) => {
    const { prepare, work, finish }: StoreWorkload = storeWorkloads[workload];
    const url = `${server.url}&schema=${workload}`;
    const opened = await Promise.all(Array.from({ length: stores }, () => openPostgresStore(url, options)));
    const storeOf = (client: number): Store => oneOf(opened, client);
    try {
      await prepare(storeOf(0));
      const answered = new Milestones();
      let fallen = 0;
      const events = await recordClients(
        {
          seed,
          clients,
          calls: Math.ceil(calls / workloads.length),
          write: ({ type }) => {
            if (type !== "invoke") answered.add();
          },
          meanwhile: async (over) => {
            for (; !over.aborted; await answered.next(callsAFault, over)) {
              if (answered.count > 0) await faults[oneOf(plan, fallen++)](server);
            }
          },
        },
        (run) => work(storeOf(run.client), run),
        (recorder, done) => finish(storeOf(0), recorder, done),
      );
      expect(await verdictOf(workload, { store: "postgres-faults", seed }, events)).toEqual([]);
      const count = (wanted: HistoryEvent["type"]): number => events.filter(({ type }) => type === wanted).length;
      expect(count("ok")).toBeGreaterThan(calls / workloads.length / 10);
      for (const type of ["ok", "fail", "info"] as const) figures[`${workload}: ${type}`] = count(type);
      figures[`${workload}: faults`] = fallen;
    } finally {
      await Promise.all(opened.map((store) => store.close()));
    }
  });
});

/** In turn. */
function oneOf<T>(some: readonly T[], turn: number): T {
  const [one] = some.slice(turn % some.length);
  if (one === undefined) throw new Error("nothing to choose from");
  return one;
}
