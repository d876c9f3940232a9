import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { writeEvidence } from "@holdfast-tooling/evidence";
import { startPostgres } from "@holdfast-tooling/pg-test";
import type { PostgresServer } from "@holdfast-tooling/pg-test";
import type { Store } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";

import { preparePlaces } from "../src/clients.ts";
import { Crew } from "../src/crew.ts";
import { chaosModel } from "../src/entities.ts";
import { faults } from "../src/faults.ts";
import type { FaultName } from "../src/faults.ts";
import { judge, judgeReceipts } from "../src/judge.ts";
import { Replica, versionsIn } from "../src/replica.ts";
import { verifyServer } from "../src/verify-server.ts";

/** `RESTARTS`: how often the server is stopped as in a crash; the other faults come in proportion. */
const restarts = Number(process.env["RESTARTS"] ?? 50);
const share = (part: number): number => Math.max(1, Math.round(restarts * part));
const plan: readonly (readonly [FaultName, times: number])[] = [
  ["the end of every connection", share(0.1)],
  ["a stop as in a crash", restarts],
  ["a quick stop", share(0.06)],
  ["the death of one connection's process", share(0.06)],
  ["the death of its first process", share(0.06)],
];
const processes = 3;
const clients = 3;
const types = ["Receipt", "Counter", "Register", "Account"];

describe("a server that comes and goes under clients who write", () => {
  let server: PostgresServer;
  let store: Store;
  let crew: Crew;
  let following: Promise<void>;
  const replica = new Replica();
  const unfollow = new AbortController();

  beforeAll(async () => {
    server = await startPostgres({ fsync: true });
    store = await openPostgresStore(server.url, { model: chaosModel });
    await preparePlaces(store);
    following = replica.follow(store, unfollow.signal);
    crew = new Crew(store, { urlOf: () => server.url, processes, clients });
    await crew.moreFromEach();
  });
  afterAll(async () => {
    unfollow.abort();
    await crew[Symbol.asyncDispose]();
    await store.close();
    await server.stop();
  });

  test.for(plan)(
    "goes through %s, %i times: what was said holds, and work goes on",
    { timeout: 7_200_000 },
    async ([fault, times]) => {
      expect(store.guarantees.durability).toBe("power-loss");
      for (let time = 0; time < times; time++) {
        const before = crew.told.length;
        await crew.moreFromEach();
        await faults[fault](server);
        await crew.moreFromEach();
        expect(await judgeReceipts(store, crew.told.slice(before))).toEqual([]);
      }
    },
  );

  test("in the end every answer agrees with what is stored, followers do, and so do the server's own indexes", async () => {
    await crew.stop();
    expect(await judge(store, crew.told)).toEqual([]);
    unfollow.abort();
    await following;
    await replica.catchUp(store);
    expect(replica.strays).toEqual([]);
    expect(replica.versions).toEqual(await versionsIn(store, types));
    const { found, looked } = await verifyServer(server.url);
    expect(found).toEqual([]);
    const answers = Object.entries(Object.groupBy(crew.told, ({ outcome }) => outcome));
    const figures = {
      ...Object.fromEntries(plan),
      clients: clients * (processes + 1),
      ...Object.fromEntries(answers.map(([outcome, some]) => [`answers: ${outcome}`, some.length])),
      "times the feed was asked anew": replica.failures,
      "indexes and tables verified": looked,
    };
    console.log(figures);
    await writeEvidence({
      name: "postgres-chaos",
      title: "A Postgres server that comes and goes",
      figures,
      promises: [
        {
          promise: "What Postgres acknowledged survives crashes, restarts and killed connections, and is applied once",
          test: "tooling/pg-chaos/test/chaos.test.ts",
          name: "in the end every answer agrees with what is stored, followers do, and so do the server's own indexes",
        },
      ],
    });
  });
});
