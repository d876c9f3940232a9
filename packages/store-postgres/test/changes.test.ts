import { setTimeout as delay } from "node:timers/promises";

import { createStore } from "@holdfast/core";
import type { Change, ChangeBatch, Driver, Store } from "@holdfast/core";
import { backend, openPostgresStore } from "@holdfast/store-postgres";
import { Client } from "pg";
import { expect, test } from "vitest";

import { sharedServerUrl } from "@holdfast-tooling/pg-test";
import { type } from "@holdfast-tooling/sql-fixtures";
import { freshUrl } from "./fresh-url.ts";

const durability = "process-crash";

async function put(store: Pick<Store, "write">, id: string, ofType = "Job"): Promise<void> {
  await store.write([{ put: { type: ofType, id, documentVersion: 1, body: {} }, expect: "any" }]);
}

/** Two types with a table each: what is written to one meets nobody who reads the other. */
const model = { entities: [], layout: { types: [type("Job", {}), type("Note", {})] } };
/** A second try would be a younger transaction. */
const once = { tries: 1 };

async function remove(store: Pick<Store, "write">, id: string): Promise<void> {
  await store.write([{ delete: { type: "Job", id }, expect: "present" }]);
}

async function caughtUp(
  store: Store,
  after?: string,
): Promise<{ readonly seen: readonly string[]; readonly next: string }> {
  const batches: ChangeBatch[] = [];
  for await (const batch of store.changes(after)) batches.push(batch);
  const last = batches.at(-1);
  expect(last?.caughtUp).toBe(true);
  return { seen: batches.flatMap(({ changes }) => changes.map(brief)), next: last?.next ?? "" };
}

function brief(change: Change): string {
  const { id, version } = change.kind === "put" ? change.record : change.tombstone;
  return `${change.kind} ${id} ${version}`;
}

/** Whoever else uses the server may have a transaction open that is older than the tombstone: then it stays. */
async function pruneOne(driver: Driver, now: number): Promise<void> {
  while ((await driver.prune(now + 1_000_000)) === 0) await delay(10);
}

/** Until none runs that is older than the latest delete: a cursor is then above it. */
async function untilSettled(url: string): Promise<void> {
  const client = new Client({ connectionString: sharedServerUrl() });
  await client.connect();
  const schema = client.escapeIdentifier(new URL(url).searchParams.get("schema") ?? "");
  const older = `select 1 from ${schema}.holdfast_tombstones where _change >= pg_snapshot_xmin(pg_current_snapshot())`;
  try {
    while ((await client.query(older)).rowCount !== 0) await delay(10);
  } finally {
    await client.end();
  }
}

test("a transaction that began first and commits last is missed by no follower, and holds none up", async () => {
  await using store = await openPostgresStore(freshUrl(), { durability, model });
  await put(store, "before");
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const older = store.transaction(async (session) => {
    await put(session, "older");
    begun.resolve();
    await end.promise;
    await put(session, "older, too");
  }, once);
  await begun.promise;
  await put(store, "younger", "Note");
  const first = await caughtUp(store);
  expect(first.seen).toEqual(["put before 1", "put younger 1"]);
  await put(store, "younger", "Note");
  const second = await caughtUp(store, first.next);
  expect(second.seen).toEqual(["put younger 2"]);
  end.resolve();
  await older;
  const third = await caughtUp(store, second.next);
  expect(third.seen).toEqual(["put older 1", "put older, too 1"]);
  expect((await caughtUp(store, third.next)).seen).toEqual([]);
});

test("what an older transaction commits between two batches of a follower is not missed either", async () => {
  await using store = await openPostgresStore(freshUrl(), { durability, model });
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const older = store.transaction(async (session) => {
    await put(session, "older");
    begun.resolve();
    await end.promise;
  }, once);
  await begun.promise;
  const ids = Array.from({ length: 2_500 }, (_, at) => `i${at}`);
  await store.write(ids.map((id) => ({ put: { type: "Note", id, documentVersion: 1, body: {} }, expect: "absent" })));
  const seen: string[] = [];
  for await (const batch of store.changes()) {
    seen.push(...batch.changes.map(brief));
    end.resolve();
    await older;
  }
  expect(seen).toHaveLength(2_501);
  expect(seen).toContain("put older 1");
});

test("a transaction in another database holds no follower up", async () => {
  await using store = await openPostgresStore(freshUrl(), { durability });
  const client = new Client({ connectionString: sharedServerUrl(), database: "template1" });
  await client.connect();
  try {
    await client.query("begin");
    await client.query("select pg_current_xact_id()");
    await put(store, "a");
    const { seen, next } = await caughtUp(store);
    expect(seen).toEqual(["put a 1"]);
    await remove(store, "a");
    expect((await caughtUp(store, next)).seen).toEqual(["delete a 2"]);
  } finally {
    await client.end();
  }
});

test("what an older transaction rolls back is given to no follower", async () => {
  await using store = await openPostgresStore(freshUrl(), { durability });
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const older = store.transaction(async (session) => {
    await put(session, "older");
    begun.resolve();
    await end.promise;
    throw new Error("undone");
  });
  await begun.promise;
  await put(store, "younger");
  const first = await caughtUp(store);
  end.resolve();
  await expect(older).rejects.toThrow("undone");
  await put(store, "last");
  expect([first.seen, (await caughtUp(store, first.next)).seen]).toEqual([["put younger 1"], ["put last 1"]]);
});

test("no tombstone is forgotten while a transaction runs that is older than it, also in another database", async () => {
  const driver = backend.driver(freshUrl());
  await using store = await createStore({ backend: backend.name, driver, options: { durability } });
  await put(store, "a");
  const client = new Client({ connectionString: sharedServerUrl(), database: "template1" });
  await client.connect();
  try {
    await client.query("begin");
    await client.query("select pg_current_xact_id()");
    const before = await caughtUp(store);
    await remove(store, "a");
    expect(await driver.prune((await store.now()) + 1_000_000)).toBe(0);
    expect((await caughtUp(store, before.next)).seen).toEqual(["delete a 2"]);
  } finally {
    await client.end();
  }
  await pruneOne(driver, await store.now());
});

test("a cursor from before a tombstone that was pruned is FEED_EXPIRED; one that has seen it goes on", async () => {
  const url = freshUrl();
  const driver = backend.driver(url);
  await using store = await createStore({ backend: backend.name, driver, options: { durability } });
  await put(store, "a");
  await put(store, "b");
  const before = await caughtUp(store);
  await remove(store, "a");
  await untilSettled(url);
  const behind = await caughtUp(store, before.next);
  await pruneOne(driver, await store.now());
  await expect(caughtUp(store, before.next)).rejects.toMatchObject({ code: "FEED_EXPIRED" });
  expect((await caughtUp(store, behind.next)).seen).toEqual([]);
  expect((await caughtUp(store)).seen).toEqual(["put b 1"]);
});

test("a cursor whose numbers are those of another cluster is FEED_EXPIRED", async () => {
  const url = freshUrl();
  await using store = await openPostgresStore(url, { durability });
  await put(store, "a");
  const { next } = await caughtUp(store);
  const client = new Client({ connectionString: sharedServerUrl() });
  await client.connect();
  try {
    // A copy of the row in a table of another number, as a restore from a dump makes it.
    const schema = client.escapeIdentifier(new URL(url).searchParams.get("schema") ?? "");
    await client.query(`create table ${schema}.copied as select * from ${schema}.holdfast_feed`);
    await client.query(`drop table ${schema}.holdfast_feed`);
    await client.query(`alter table ${schema}.copied rename to holdfast_feed`);
  } finally {
    await client.end();
  }
  await expect(caughtUp(store, next)).rejects.toMatchObject({ code: "FEED_EXPIRED" });
});
