import { randomUUID } from "node:crypto";
import { createStore } from "@holdfast/core";
import { createDatabase, sharedServerUrl } from "@holdfast-tooling/pg-test";
import { faultyDriver, snapshotIsolation, withoutTransactions } from "@holdfast-tooling/seeded-bugs";
import type { Bug } from "@holdfast-tooling/seeded-bugs";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { checkSerializability } from "../src/checkers/serializability.ts";
import { operationsOf } from "../src/history.ts";
import type { HistoryEvent } from "../src/history.ts";
import { recordClients } from "../src/record-clients.ts";
import { listAppendWorkload, readEveryList } from "../src/workloads/list-append-workload.ts";
import { listClient } from "../src/workloads/store-clients.ts";
import { createLists, rawListClient, rawOutcome } from "./raw-postgres.ts";
import type { Level } from "./raw-postgres.ts";

const sizes = { clients: 6, calls: 300 };
const roundsMost = 20;

/** The names of all anomalies that are seen, in as many rounds as it takes to see one of these. */
async function seen(
  expected: readonly string[],
  round: (seed: number) => Promise<readonly HistoryEvent[]>,
): Promise<readonly string[]> {
  const names = new Set<string>();
  for (let seed = 1; seed <= roundsMost && !expected.some((name) => names.has(name)); seed++) {
    const found = checkSerializability(operationsOf(await round(seed)), { strict: true });
    for (const { name } of found) names.add(name);
  }
  return [...names];
}

async function onFaultyStore(bug: Bug, seed: number): Promise<readonly HistoryEvent[]> {
  await using store = await createStore({ backend: "faulty", driver: faultyDriver(bug), options: {} });
  const client = listClient(store);
  return await recordClients(
    { ...sizes, seed },
    (run) => listAppendWorkload(client, run),
    (recorder, done) => readEveryList(client, recorder, done),
  );
}

async function onRawPostgres(level: Level, seed: number): Promise<readonly HistoryEvent[]> {
  const url = await createDatabase(sharedServerUrl(), `histories_${randomUUID()}`);
  await createLists(url);
  await using last = await rawListClient(url, level);
  return await recordClients(
    { ...sizes, seed, outcomeOf: rawOutcome },
    async (run) => {
      await using client = await rawListClient(url, level);
      await listAppendWorkload(client, run);
    },
    (recorder, done) => readEveryList(last, recorder, done),
  );
}

describe("the list-append checker sees, in a store whose isolation is lowered by hand,", () => {
  test("circular reads and more where transactions do not isolate", async () => {
    const names = await seen(["G1c"], (seed) => onFaultyStore(withoutTransactions, seed));
    expect(names).toContain("G1c");
  });

  test("write skew and nothing else where each transaction reads a snapshot", async () => {
    const names = await seen(["G2-item"], (seed) => onFaultyStore(snapshotIsolation, seed));
    expect(names).toEqual(["G2-item"]);
  });
});

const hasPostgres = storesUnderTest().some(({ name }) => name === "postgres");

describe.runIf(hasPostgres)("the list-append checker sees, in plain SQL on Postgres,", () => {
  test("reads that miss half of a transaction at READ COMMITTED", async () => {
    const names = await seen(["G-single"], (seed) => onRawPostgres("read committed", seed));
    expect(names).toContain("G-single");
    expect(names).not.toContain("G1a");
  });

  test("write skew and nothing weaker at REPEATABLE READ", async () => {
    const names = await seen(["G2-item"], (seed) => onRawPostgres("repeatable read", seed));
    expect(names).toEqual(["G2-item"]);
  });

  test("nothing at SERIALIZABLE", async () => {
    const found = checkSerializability(operationsOf(await onRawPostgres("serializable", 1)));
    expect(found).toEqual([]);
  });
});
