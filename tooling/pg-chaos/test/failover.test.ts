import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { writeEvidence } from "@holdfast-tooling/evidence";
import { PgProxy } from "@holdfast-tooling/pg-proxy";
import { startPostgres } from "@holdfast-tooling/pg-test";
import type { PostgresServer } from "@holdfast-tooling/pg-test";
import type { Store } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";
import { Client } from "pg";

import { askServer } from "../src/ask-server.ts";
import { preparePlaces } from "../src/clients.ts";
import { Crew } from "../src/crew.ts";
import { Door } from "../src/door.ts";
import { chaosModel } from "../src/entities.ts";
import { judge } from "../src/judge.ts";
import { promote } from "../src/promote.ts";
import { Replica, versionsIn } from "../src/replica.ts";
import { startStandby } from "../src/start-standby.ts";

const types = ["Receipt", "Counter", "Register", "Account", "Note"];

function note(id: string) {
  return { put: { type: "Note", id, documentVersion: 1, body: {} }, expect: "any" } as const;
}

describe("a server whose standby takes over", () => {
  let first: PostgresServer;
  let second: PostgresServer;
  let door: Door;
  let store: Store;
  beforeAll(async () => {
    first = await startPostgres({ fsync: true });
    second = await startStandby(first);
    // From now on a commit is acknowledged when both have it.
    await askServer(first, "alter system set synchronous_standby_names = '*'", "select pg_reload_conf()");
    door = await Door.to(first);
    store = await openPostgresStore(door.url, { model: chaosModel });
    await preparePlaces(store);
  });
  afterAll(async () => {
    await store.close();
    await door[Symbol.asyncDispose]();
    await second.stop();
    await first.stop();
  });

  test("the standby is refused for writing, and for reads that it cannot promise", async () => {
    await expect(openPostgresStore(second.url, { model: chaosModel })).rejects.toMatchObject({
      code: "STORE_READ_ONLY",
      outcome: "none",
    });
    await expect(openPostgresStore(second.url, { access: "read" })).rejects.toMatchObject({ code: "INVALID_CONFIG" });
  });

  test("no acknowledged write is lost, a commit that nobody can judge is unknown, and followers begin anew", async () => {
    const replica = new Replica();
    await using crew = new Crew(store, { urlOf: () => door.url, processes: 2, clients: 4 });
    for (let time = 0; time < 3; time++) await crew.moreFromEach();
    await replica.catchUp(store);
    await using waiter = await openPostgresStore(`${door.url}&application_name=waiter`, { model: chaosModel });
    await using proxy = await PgProxy.start(door.url);
    await using lasting = await openPostgresStore(proxy.url, { model: chaosModel });
    // Commits now wait for a standby that is away: what waits when the server dies has no witness.
    await second.halt("immediate");
    const waiting = waiter.write([note("waits")]);
    const answer = waiting.catch((thrown: unknown) => thrown);
    await untilWaiting(first);
    await first.halt("killed");
    await second.start();
    await promote(second);
    await door.lead(second);
    expect(await answer).toMatchObject({ code: "COMMIT_UNKNOWN", outcome: "unknown" });
    await crew.moreFromEach();
    await crew.stop();
    expect(await judge(store, crew.told)).toEqual([]);
    expect(await store.get("Note", ["waits"])).toEqual([undefined]);
    // A commit on the new server is judged by the new server, also by who knew the former one.
    await lasting.get("Note", ["waits"]);
    proxy.arm({ at: { commit: "answered" }, strike: "cut" });
    expect(await lasting.write([note("judged")])).toMatchObject([{ ok: true, record: { version: 1 } }]);
    expect(proxy.strikes).toBe(1);

    await expect(replica.catchUp(store)).rejects.toMatchObject({ code: "FEED_EXPIRED", outcome: "none" });
    const anew = new Replica();
    await anew.catchUp(store);
    expect([anew.versions, anew.strays]).toEqual([await versionsIn(store, types), []]);
    const answers = Object.entries(Object.groupBy(crew.told, ({ outcome }) => outcome));
    const figures = Object.fromEntries(answers.map(([outcome, some]) => [`answers: ${outcome}`, some.length]));
    console.log(figures);
    await writeEvidence({
      name: "postgres-failover",
      title: "A standby that takes over under load",
      figures,
      promises: [
        {
          promise: "With synchronous replication nothing that was acknowledged is lost when a standby takes over",
          test: "tooling/pg-chaos/test/failover.test.ts",
          name: "no acknowledged write is lost, a commit that nobody can judge is unknown, and followers begin anew",
        },
      ],
    });
  });
});

/** Resolves when the waiter's commit waits for the standby. */
async function untilWaiting(server: PostgresServer): Promise<void> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  const query = "select 1 from pg_stat_activity where application_name = 'waiter' and wait_event = 'SyncRep'";
  while ((await client.query(query)).rowCount === 0);
  await client.end();
}
