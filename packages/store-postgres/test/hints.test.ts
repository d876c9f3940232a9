import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

import type { ChangeBatch, Store } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";

import { PgProxy } from "@holdfast-tooling/pg-proxy";
import { sharedServerUrl } from "@holdfast-tooling/pg-test";
import { adminClient } from "./admin-client.ts";
import { freshUrl } from "./fresh-url.ts";

const durability = "process-crash";
/** Only hints can wake a follower that looks so seldom. */
const pollMs = 3_600_000;
/** The test's own question, now and then, about what goes on in the server. */
const pauseMs = 20;

const admin = adminClient();

/** A store's URL whose connections carry a name, and those of them that listen. */
function named(url = freshUrl()) {
  const name = `hints-${randomUUID()}`;
  return {
    url: `${url}&application_name=${name}`,
    listening: async (): Promise<readonly number[]> => {
      const { rows } = await admin.query<{ pid: number }>({
        text: "select pid from pg_stat_activity where application_name = $1 and query like 'listen %'",
        values: [name],
      });
      return rows.map(({ pid }) => pid);
    },
  };
}

async function put(store: Pick<Store, "write">, id: string): Promise<void> {
  await store.write([{ put: { type: "Note", id, documentVersion: 1, body: {} }, expect: "any" }]);
}

/** The batches that a follower is given, which ends with the test at the latest. */
function follow(store: Store) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const batches = store.changes(undefined, { follow: true, signal: stop.signal })[Symbol.asyncIterator]();
  return {
    stop,
    async next(): Promise<readonly string[]> {
      const result = await batches.next();
      return result.done === true ? [] : idsOf(result.value);
    },
  };
}

function idsOf({ changes }: ChangeBatch): readonly string[] {
  return changes.flatMap((change) => (change.kind === "put" ? [change.record.id] : []));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(pauseMs);
}

/** What is announced on a store's channel, by whomever, from now on. */
async function overhear(url: string) {
  const client = new Client({ connectionString: sharedServerUrl() });
  await client.connect();
  onTestFinished(() => client.end());
  const heard: string[] = [];
  const channel = await channelOf(url);
  client.on("notification", ({ payload = "" }) => heard.push(payload));
  await client.query(`listen ${client.escapeIdentifier(channel)}`);
  return {
    heard,
    /** All that was announced before, since notifications keep their order. */
    all: async (): Promise<readonly string[]> => {
      await admin.query({ text: "select pg_notify($1, 'last')", values: [channel] });
      await until(async () => heard.includes("last"));
      return heard.filter((payload) => payload !== "last");
    },
  };
}

/** The channel that the followers of a store listen on. */
async function channelOf(url: string): Promise<string> {
  const { url: watched, listening } = named(url);
  await using store = await openPostgresStore(watched, { durability, pollMs });
  const follower = follow(store);
  await follower.next();
  await until(async () => (await listening()).length === 1);
  const { rows } = await admin.query<{ query: string }>({
    text: "select query from pg_stat_activity where pid = any($1)",
    values: [await listening()],
  });
  follower.stop.abort();
  return /"(.*)"/.exec(rows[0]?.query ?? "")?.[1] ?? "";
}

test("one connection listens for all followers of a store, and none when the last has ended", async () => {
  const { url, listening } = named();
  await using store = await openPostgresStore(url, { durability, pollMs });
  expect(store.guarantees.hints).toBe("notify");
  expect(await listening()).toEqual([]);
  const [one, two] = [follow(store), follow(store.tenant("other"))];
  await Promise.all([one.next(), two.next()]);
  await until(async () => (await listening()).length === 1);
  one.stop.abort();
  await one.next();
  expect(await listening()).toHaveLength(1);
  two.stop.abort();
  await until(async () => (await listening()).length === 0);
});

test("a listening connection that is lost is made anew, and what was announced meanwhile is not lost", async () => {
  const { url, listening } = named();
  await using store = await openPostgresStore(url, { durability, pollMs });
  await using other = await openPostgresStore(url, { durability });
  const follower = follow(store);
  expect(await follower.next()).toEqual([]);
  await until(async () => (await listening()).length === 1);
  const [lost] = await listening();
  await admin.query({ text: "select pg_terminate_backend($1, 5000)", values: [lost] });
  const more = follower.next();
  await put(other, "a");
  expect(await more).toEqual(["a"]);
  await until(async () => (await listening()).length === 1);
  expect(await listening()).not.toEqual([lost]);
});

test("closing a store ends its listening connection, whoever still follows", async () => {
  const { url, listening } = named();
  const store = await openPostgresStore(url, { durability, pollMs });
  const follower = follow(store);
  await follower.next();
  await until(async () => (await listening()).length === 1);
  const next = follower.next();
  await Promise.all([store.close(), expect(next).rejects.toMatchObject({ code: "STORE_CLOSED" })]);
  await until(async () => (await listening()).length === 0);
});

test("behind a pooler, where listening cannot work, followers look by the clock, and the store says so", async () => {
  await using proxy = await PgProxy.start(sharedServerUrl(), { hidesProcess: true });
  const { url, listening } = named(`${proxy.url}&schema=${randomUUID()}`);
  await using store = await openPostgresStore(url, { durability, pollMs: 10 });
  await using other = await openPostgresStore(url, { durability });
  expect(store.guarantees.hints).toBe("poll");
  const follower = follow(store);
  expect(await follower.next()).toEqual([]);
  await put(other, "a");
  expect(await follower.next()).toEqual(["a"]);
  expect(await listening()).toEqual([]);
});

test("many commits are announced together, every 50 ms at most, and the last of them is announced too", async () => {
  const url = freshUrl();
  await using store = await openPostgresStore(url, { durability });
  const { all } = await overhear(url);
  const began = performance.now();
  for (let at = 0; at < 150; at++) await put(store, `n${at}`);
  await store.close();
  const most = (performance.now() - began) / 50 + 2;
  const announced = await all();
  expect(announced.length).toBeGreaterThan(0);
  expect(announced.length).toBeLessThanOrEqual(most);
});

test("what is rolled back, refused or only read is not announced", async () => {
  const url = freshUrl();
  const store = await openPostgresStore(url, { durability });
  const { all } = await overhear(url);
  const undone = store.transaction(async (session) => {
    await put(session, "a");
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  await store.transaction((session) => session.get("Note", ["a"]));
  const refused = { put: { type: "Note", id: "a", documentVersion: 1, body: {} }, expect: "present" } as const;
  expect(await store.write([refused])).toMatchObject([{ ok: false }]);
  await store.close();
  expect(await all()).toEqual([]);
});

test("an announcement that fails harms no write, and one that hangs holds none up", async () => {
  const schema = `bad-${randomUUID()}`;
  const lock = Number.parseInt(randomUUID().slice(0, 8), 16);
  await admin.query(`create schema "${schema}"`);
  await admin.query(`create function "${schema}".pg_notify(text, text) returns void language plpgsql as
    $$ begin perform pg_advisory_xact_lock(${lock}); raise 'no'; end $$`);
  await admin.query(`select pg_advisory_lock(${lock})`);
  const setting = encodeURIComponent(`-c search_path="${schema}",pg_catalog`);
  await using store = await openPostgresStore(`${freshUrl()}&options=${setting}`, { durability });
  for (let at = 0; at < 30; at++) await put(store, `n${at}`);
  await admin.query(`select pg_advisory_unlock(${lock})`);
  for (let at = 0; at < 30; at++) await put(store, `n${at}`);
  expect(await store.count("Note")).toBe(30);
});
