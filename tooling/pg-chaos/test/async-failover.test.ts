import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { writeEvidence } from "@holdfast-tooling/evidence";
import { startPostgres } from "@holdfast-tooling/pg-test";
import type { PostgresServer } from "@holdfast-tooling/pg-test";
import { HoldfastError } from "@holdfast/core";
import type { Store } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";

import { askServer } from "../src/ask-server.ts";
import { Door } from "../src/door.ts";
import { promote } from "../src/promote.ts";
import { Replica } from "../src/replica.ts";
import { startStandby } from "../src/start-standby.ts";

/** Acknowledged by the first server while its standby could hear nothing of it. */
const lost = 25;

function note(id: string) {
  return { put: { type: "Note", id, documentVersion: 1, body: {} }, expect: "any" } as const;
}

async function write(store: Store, prefix: string, count: number): Promise<void> {
  for (let at = 0; at < count; at++) await store.write([note(`${prefix}${at}`)]);
}

describe("a standby that takes over where commits did not wait for it", () => {
  let first: PostgresServer;
  let second: PostgresServer;
  let door: Door;
  let store: Store;
  beforeAll(async () => {
    first = await startPostgres({ fsync: true });
    second = await startStandby(first);
    door = await Door.to(first);
    store = await openPostgresStore(door.url);
  });
  afterAll(async () => {
    await store.close();
    await door[Symbol.asyncDispose]();
    await second.stop();
    await first.stop();
  });

  test("loses what it never heard of and no more; commits in doubt are unknown, and followers are told to begin anew", async () => {
    await write(store, "kept", 50);
    const behind = new Replica();
    await behind.catchUp(store);
    // All that the first server has written so far is on the second.
    const [{ place = "" } = {}] = await askServer(first, "select pg_current_wal_lsn()::text as place");
    const heard = `select pg_last_wal_replay_lsn() >= '${String(place)}'::pg_lsn as heard`;
    while ((await askServer(second, heard))[0]?.["heard"] !== true);
    await second.halt("immediate");
    await write(store, "lost", lost);
    const ahead = new Replica();
    await ahead.catchUp(store);
    // What is asked while nobody is there is in doubt, where it had been sent, and undone where it had not.
    const asked = Array.from({ length: 20 }, (_each, at) => store.write([note(`doubtful${at % 5}`)]));
    const told = Promise.allSettled(asked);
    await first.halt("killed");
    await second.start();
    await promote(second);
    await door.lead(second);
    const answers = (await told).map((each) => (each.status === "fulfilled" ? "done" : outcomeOf(each.reason)));
    expect(answers.filter((answer) => answer !== "done" && answer !== "none" && answer !== "unknown")).toEqual([]);
    const names = (prefix: string, count: number) => Array.from({ length: count }, (_each, at) => `${prefix}${at}`);
    const there = async (ids: readonly string[]): Promise<number> =>
      (await store.get("Note", ids)).filter((each) => each !== undefined).length;
    expect(await there(names("kept", 50))).toBe(50);
    expect(await there(names("lost", lost))).toBe(0);
    // Both followers had come to places in a history that is no more: also the one who had seen nothing that is lost.
    for (const replica of [ahead, behind]) {
      await expect(replica.catchUp(store)).rejects.toMatchObject({ code: "FEED_EXPIRED", outcome: "none" });
    }
    const anew = new Replica();
    await anew.catchUp(store);
    expect([...anew.versions.keys()].filter((key) => key.startsWith("Note lost"))).toEqual([]);
    expect(ahead.versions.size - anew.versions.size).toBeGreaterThan(0);
    // What was lost can be done again: nothing of it is left that would be in its way.
    await store.write(names("lost", lost).map((id) => ({ ...note(id), expect: "absent" })));
    expect(await store.check()).toEqual({ ok: true, problems: [] });
    await writeEvidence({
      name: "postgres-async-failover",
      title: "A standby that takes over without synchronous replication",
      figures: { "acknowledged and never sent to the standby": lost, lost, "acknowledged and sent": 50 },
      promises: [
        {
          promise:
            "Without synchronous replication what the standby never heard of is lost, no more, and followers are told",
          test: "tooling/pg-chaos/test/async-failover.test.ts",
          name: "loses what it never heard of and no more; commits in doubt are unknown, and followers are told to begin anew",
        },
      ],
    });
  });
});

function outcomeOf(thrown: unknown): string {
  if (!HoldfastError.is(thrown)) throw thrown;
  return thrown.outcome;
}
