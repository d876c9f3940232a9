import { randomUUID } from "node:crypto";

import { PgProxy } from "@holdfast-tooling/pg-proxy";
import { sharedServerUrl, startPostgres } from "@holdfast-tooling/pg-test";
import type { Store } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";
import { Client } from "pg";
import { describe, expect, test, vi } from "vitest";

import { adminClient } from "./admin-client.ts";
import { freshUrl } from "./fresh-url.ts";

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const admin = adminClient();

function note(id: string, body = {}) {
  return { put: { type: "Note", id, documentVersion: 1, body }, expect: "any" } as const;
}

/** How many sessions of this name there are, in a state where one is asked for. */
async function sessionsOf(name: string, state = "%"): Promise<number> {
  const text = "select 1 from pg_stat_activity where application_name = $1 and state like $2";
  const { rowCount } = await admin.query({ text, values: [name, state] });
  return rowCount ?? 0;
}

function named(url: string): { readonly url: string; readonly name: string } {
  const name = `fire-${randomUUID()}`;
  return { url: `${url}&application_name=${name}`, name };
}

describe("a pool of one connection", () => {
  test("serves a hundred callers at once, none of whom waits for himself", async () => {
    const { url, name } = named(`${freshUrl()}&connections=1`);
    await using store = await openPostgresStore(url);
    const calls = Array.from({ length: 100 }, async (_, at) => {
      const id = `n${at % 25}`;
      if (at % 4 === 0) return store.write([note(id)]);
      if (at % 4 === 1) return store.get("Note", [id]);
      if (at % 4 === 2) return store.count("Note");
      return store.transaction(async (session) => {
        await session.get("Note", [id]);
        return session.transaction((inner) => inner.write([note(id)]));
      });
    });
    await Promise.all(calls);
    expect(await sessionsOf(name)).toBe(1);
    expect(await store.count("Note")).toBeGreaterThan(0);
  });

  test("is waited for up to the limit, and then refused as busy", async () => {
    await using store = await openPostgresStore(`${freshUrl()}&connections=1`, { busyTimeoutMs: 1_000 });
    await store.transaction(async () => {
      // Another context than the transaction's, as another request is; and no longer than the transaction may take.
      const other = await new Promise((resolve) => outside(() => resolve(store.count("Note").catch(codeOf))));
      expect(other).toBe("STORE_BUSY");
    });
    expect(await store.count("Note")).toBe(0);
  });
});

/** Runs work that was not begun by the transaction which calls this. */
const outside = (() => {
  const waiting: (() => void)[] = [];
  const timer = setInterval(() => waiting.splice(0).forEach((work) => work()), 5);
  timer.unref();
  return (work: () => void) => void waiting.push(work);
})();

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && "code" in thrown ? thrown.code : thrown;
}

describe("a server's process that is ended during a statement", () => {
  /** Ends each session of that name that works, as soon as there is one, so many times. */
  async function endWorking(name: string, times: number): Promise<void> {
    for (let ended = 0; ended < times;) {
      const text = `select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where application_name = $1 and wait_event_type = 'Lock'`;
      ended += (await admin.query({ text, values: [name] })).rowCount ?? 0;
    }
  }

  async function locked<T>(url: string, work: () => Promise<T>): Promise<T> {
    const holder = new Client({ connectionString: sharedServerUrl() });
    await holder.connect();
    const schema = new URL(url).searchParams.get("schema");
    await holder.query(`begin; lock table "${schema}".holdfast_records in access exclusive mode`);
    try {
      return await work();
    } finally {
      await holder.end();
    }
  }

  test.for<readonly [string, (store: Store) => Promise<unknown>, object]>([
    ["a count", async (store) => ({ count: await store.count("Note") }), { count: 1 }],
    ["a point read", (store) => store.get("Note", ["a"]), [{ version: 1 }]],
    ["a page", (store) => store.find({ type: "Note" }), { records: [{ id: "a", version: 1 }] }],
    ["a write", (store) => store.write([note("a")]), [{ ok: true, record: { version: 2 } }]],
    [
      "a transaction",
      (store) => store.transaction((session) => session.write([note("a")])),
      [{ ok: true, record: { version: 2 } }],
    ],
  ])("makes %s be done again, on another connection, once", async ([, call, result]) => {
    const { url, name } = named(freshUrl());
    await using store = await openPostgresStore(url);
    await store.write([note("a")]);
    const { calling } = await locked(url, async () => {
      const begun = call(store);
      begun.catch(() => undefined);
      await endWorking(name, 2);
      return { calling: begun };
    });
    expect(await calling).toMatchObject(result);
  });
});

describe("a server that is restarted", () => {
  test("is waited for by calls of an open store, and loses nothing that was acknowledged", async () => {
    await using server = await startPostgres({ fsync: true });
    await using store = await openPostgresStore(server.url, { busyTimeoutMs: 30_000 });
    let acknowledged = 0;
    for (const how of ["fast", "immediate", "killed"] as const) {
      acknowledged += (await store.write([note(`${how}-before`)])).length;
      await server.halt(how);
      // None of them has a connection; whoever comes now waits.
      const calls = Array.from({ length: 20 }, (_, at) =>
        at % 2 === 0 ? store.write([note(`${how}-${at}`)]) : store.count("Note"),
      );
      await server.start();
      await Promise.all(calls);
      acknowledged += 10;
      expect(await store.count("Note")).toBe(acknowledged);
    }
    const versions = await store.find({ type: "Note", limit: 1_000, where: { version: 1 } });
    expect(versions.records).toHaveLength(acknowledged);
  });

  test("is given up in the end, then at once, and used again when it is back", async () => {
    await using proxy = await PgProxy.start(sharedServerUrl());
    await using store = await openPostgresStore(`${proxy.url}&schema=${randomUUID()}`, { busyTimeoutMs: 300 });
    await store.write([note("a")]);
    proxy.down();
    const failed = { code: "STORE_UNAVAILABLE", retryable: true, outcome: "none" };
    await expect(store.count("Note")).rejects.toMatchObject(failed);
    await expect(store.write([note("a")])).rejects.toMatchObject(failed);
    proxy.heal();
    expect(await store.count("Note")).toBe(1);
    expect(await store.write([note("a")])).toMatchObject([{ ok: true, record: { version: 2 } }]);
  });

  test("is not waited for by a call whose time is up", async () => {
    await using proxy = await PgProxy.start(sharedServerUrl());
    await using store = await openPostgresStore(`${proxy.url}&schema=${randomUUID()}`, { busyTimeoutMs: 60_000 });
    proxy.down();
    const brief = store.within({ timeoutMs: 50 });
    await expect(brief.write([note("a")])).rejects.toMatchObject({ code: "TIMEOUT", outcome: "none" });
    await expect(brief.count("Note")).rejects.toMatchObject({ code: "TIMEOUT" });
    proxy.heal();
  });
});

// Side by side, since all they do is wait; for a time within which a busy machine answers, too.
describe.concurrent("a connection on which nothing comes through any more", () => {
  const patience = "statement_timeout=2000";

  test.for(["before", "behind", "answered"] as const)(
    "during a commit is given up, and what became of it is found out: %s it",
    async (commit) => {
      await using proxy = await PgProxy.start(sharedServerUrl());
      const { url, name } = named(`${proxy.url}&schema=${randomUUID()}&${patience}`);
      await using store = await openPostgresStore(url);
      proxy.arm({ at: { commit }, strike: "silence" });
      expect(await store.write([note("a")])).toMatchObject([{ ok: true, record: { version: 1 } }]);
      expect(proxy.strikes).toBe(1);
      expect(await store.get("Note", ["a"])).toMatchObject([{ version: 1 }]);
      // The transaction that waited for its commit keeps no lock.
      await vi.waitFor(async () => expect(await sessionsOf(name, "idle in transaction%")).toBe(0), 20_000);
    },
  );

  test.for([1, 2, 5])("during a statement is given up and not used again: at its message %i", async (at) => {
    await using proxy = await PgProxy.start(sharedServerUrl());
    await using store = await openPostgresStore(`${proxy.url}&schema=${randomUUID()}&${patience}`);
    await store.write([note("a")]);
    proxy.arm({ at: { message: at, of: "client", bytes: 1 }, strike: "silence" });
    expect(await store.get("Note", ["a"])).toMatchObject([{ version: 1 }]);
    expect(await store.count("Note")).toBe(1);
    proxy.heal();
  });

  test("within a transaction keeps no lock from who comes next", async () => {
    await using proxy = await PgProxy.start(sharedServerUrl());
    const { url, name } = named(`${proxy.url}&schema=${randomUUID()}&${patience}`);
    await using store = await openPostgresStore(url);
    await store.write([note("a")]);
    const work = store.transaction(async (session) => {
      await session.write([note("a")]);
      if (proxy.strikes === 0) proxy.arm({ at: { message: 1, of: "client", bytes: 0 }, strike: "silence" });
      await session.count("Note");
    });
    await expect(work).resolves.toBeUndefined();
    await vi.waitFor(async () => expect(await sessionsOf(name, "idle in transaction%")).toBe(0), 20_000);
    expect(await store.get("Note", ["a"])).toMatchObject([{ version: 2 }]);
    proxy.heal();
  });

  test("keeps no store from being closed", async () => {
    await using proxy = await PgProxy.start(sharedServerUrl());
    const store = await openPostgresStore(`${proxy.url}&schema=${randomUUID()}&${patience}`);
    await store.write([note("a")]);
    proxy.arm({ at: { message: 1, of: "client", bytes: 0 }, strike: "silence" });
    await store.count("Note");
    await store.close();
    await expect(store.count("Note")).rejects.toMatchObject({ code: "STORE_CLOSED" });
  });
});

test("a statement that takes too long is ended by the server, and its connection is used again", async () => {
  const { url, name } = named(`${freshUrl()}&connections=1&statement_timeout=100`);
  await using store = await openPostgresStore(url, { busyTimeoutMs: 5_000 });
  await store.write([note("a")]);
  const { rows } = await admin.query({
    text: "select pid from pg_stat_activity where application_name = $1",
    values: [name],
  });
  const schema = new URL(url).searchParams.get("schema");
  await admin.query(`begin; lock table "${schema}".holdfast_records in access exclusive mode`);
  await expect(store.count("Note")).rejects.toMatchObject({
    code: "TIMEOUT",
    outcome: "none",
    details: { code: "57014" },
  });
  await admin.query("rollback");
  expect(await store.count("Note")).toBe(1);
  const later = await admin.query({
    text: "select pid from pg_stat_activity where application_name = $1",
    values: [name],
  });
  expect(later.rows).toEqual(rows);
});

test.for([{ pieceBytes: 1 }, { latencyMs: 5 }])("a slow way makes it slow, and nothing else: %j", async (options) => {
  await using proxy = await PgProxy.start(sharedServerUrl(), options);
  const schema = randomUUID();
  await using made = await openPostgresStore(`${sharedServerUrl()}&schema=${schema}`);
  await using store = await openPostgresStore(`${proxy.url}&schema=${schema}`);
  const body = { text: "ä€😀".repeat(200) };
  await store.transaction(async (session) => {
    await session.write([note("a", body)]);
    expect(await session.get("Note", ["a"])).toMatchObject([{ body }]);
  });
  expect(await made.get("Note", ["a"])).toMatchObject([{ version: 1, body }]);
});
