import type { Store } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";
import { Client } from "pg";
import { describe, expect, test } from "vitest";

import { sharedServerUrl } from "@holdfast-tooling/pg-test";
import { freshUrl } from "./fresh-url.ts";

const note = { put: { type: "Note", id: "held", documentVersion: 1, body: { by: "caller" } }, expect: "any" } as const;

/** The longest that a statement of a store waits for a lock by itself. */
const lockTimeoutMs = 1_000;

async function connect(): Promise<AsyncDisposable & { readonly client: Client }> {
  const client = new Client({ connectionString: sharedServerUrl() });
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end() };
}

/**
 * Keeps the record locked, begins to wait for it with the time limit that a store's statements have, and then makes the
 * call: gives who ended first. Without a request to cancel, the call would wait as long, and it began later.
 */
async function endsFirst(url: string, store: Store, call: () => Promise<unknown>): Promise<string> {
  await store.write([note]);
  const schema = new URL(url).searchParams.get("schema");
  const lock = `select 1 from "${schema}".holdfast_records where _id = 'held' for update`;
  await using holder = await connect();
  await using waiter = await connect();
  await holder.client.query("begin");
  await holder.client.query(lock);
  await waiter.client.query(`set lock_timeout = ${lockTimeoutMs}`);
  const waited = waiter.client.query(lock).then(
    () => "the lock was free",
    () => "the waiter",
  );
  const ended = call().then(
    () => "the call succeeded",
    () => "the call",
  );
  const first = await Promise.race([waited, ended]);
  await Promise.all([waited, ended]);
  return first;
}

describe("behind a row that another session keeps locked", () => {
  test("a write ends at its time limit, not at the lock's", async () => {
    const url = freshUrl();
    await using store = await openPostgresStore(url);
    expect(await endsFirst(url, store, () => store.within({ timeoutMs: 50 }).write([note]))).toBe("the call");
    expect(await store.get("Note", ["held"])).toMatchObject([{ version: 1 }]);
    expect(await store.write([note])).toMatchObject([{ ok: true, record: { version: 2 } }]);
  });

  test("a write ends by its signal", async () => {
    const url = freshUrl();
    await using store = await openPostgresStore(url);
    const signal = AbortSignal.timeout(50);
    expect(await endsFirst(url, store, () => store.within({ signal }).write([note]))).toBe("the call");
    await expect(store.within({ signal }).write([note])).rejects.toMatchObject({ code: "ABORTED" });
  });

  test("a transaction ends at its time limit, rolled back, also what it wrote elsewhere", async () => {
    const url = freshUrl();
    await using store = await openPostgresStore(url);
    const errors: unknown[] = [];
    const call = (): Promise<unknown> =>
      store
        .transaction(
          async (session) => {
            await session.write([{ ...note, put: { ...note.put, id: "other" } }]);
            await session.write([note]);
          },
          { timeoutMs: 50 },
        )
        .catch((error: unknown) => {
          errors.push(error);
          throw error;
        });
    expect(await endsFirst(url, store, call)).toBe("the call");
    expect(errors).toMatchObject([{ code: "TIMEOUT", outcome: "none" }]);
    expect(await store.get("Note", ["held", "other"])).toMatchObject([{ version: 1 }, undefined]);
  });

  test("a read waits as long as it may, beyond what one statement waits for a lock", async () => {
    const url = freshUrl();
    await using store = await openPostgresStore(url, { busyTimeoutMs: 60_000 });
    await store.write([note]);
    const schema = new URL(url).searchParams.get("schema");
    await using holder = await connect();
    await using waiter = await connect();
    await holder.client.query(`begin; lock table "${schema}".holdfast_records in access exclusive mode`);
    const reading = Promise.all([store.count("Note"), store.get("Note", ["held"]), store.stats()]);
    reading.catch(() => undefined);
    // Begun later, it waits longer than any statement of the store does.
    await waiter.client.query(`set lock_timeout = ${2 * lockTimeoutMs}`);
    const waited = waiter.client.query(`select 1 from "${schema}".holdfast_records`);
    await expect(waited).rejects.toMatchObject({ code: "55P03" });
    await holder.client.query("rollback");
    expect(await reading).toMatchObject([1, [{ version: 1 }], { records: 1 }]);
  });
});
