import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { startPostgres } from "@holdfast-tooling/pg-test";
import type { PostgresServer } from "@holdfast-tooling/pg-test";
import { openPostgresStore } from "@holdfast/store-postgres";
import type { ChangeBatch, ChangeCursor, Store } from "@holdfast/core";

import { askServer } from "../src/ask-server.ts";

// Real servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** Two types with a table each: what is written to one meets nobody who reads the other. */
const types = ["Job", "Note"].map((type) => ({ type, schemaVersion: 1, fields: [], indexes: [], references: [] }));
/**
 * Else the server now and then writes down which numbers it has given, for those that may follow it, or vacuums; and five
 * times a second its log's writer writes what is in the log, rollbacks too. With these it does so ten seconds from its start.
 */
const forgetful = { wal_level: "minimal", max_wal_senders: "0", autovacuum: "off", wal_writer_delay: "10s" };
const givenUp = 50;
/** More than a batch of the feed has. */
const many = Array.from({ length: 1_500 }, (_each, at) => `n${String(at).padStart(4, "0")}`);

describe("a server that gives numbers of transactions again, which were rolled back before a crash", () => {
  let server: PostgresServer;
  let schemas = 0;
  beforeAll(async () => {
    server = await startPostgres({ fsync: true, settings: forgetful });
  });
  afterAll(async () => {
    await server.stop();
  });

  const opened = () => openPostgresStore(`${server.url}&schema=s${schemas++}`, { model: { layout: { types } } });

  /** Transactions that are over and have left nothing on disk. */
  async function giveUpNumbers(): Promise<bigint> {
    const giveUp = ["begin", "select pg_current_xact_id()", "rollback"];
    await askServer(server, ...Array.from({ length: givenUp }, () => giveUp).flat());
    return nextNumber();
  }

  async function nextNumber(): Promise<bigint> {
    const [row] = await askServer(server, "select pg_snapshot_xmax(pg_current_snapshot())::text as next");
    return BigInt(String(row?.["next"]));
  }

  async function crash(before: bigint): Promise<void> {
    await server.halt("immediate");
    await server.start();
    // Else the test would show nothing.
    expect(await nextNumber()).toBeLessThan(before);
  }

  test("has followers who miss nothing that is done under such a number", async () => {
    await using store = await opened();
    await put(store, "Job", ["before"]);
    const first = await read(store);
    const next = await giveUpNumbers();
    const second = await read(store, first.next);
    await crash(next);
    await put(store, "Job", ["behind"]);
    // As many as there were, so that the follower's cursor does not lie ahead of the server any more.
    while ((await giveUpNumbers()) <= next);
    const third = await read(store, second.next);
    expect([first.ids, second.ids, third.ids]).toEqual([["before"], [], ["behind"]]);
  });

  test("has followers who miss nothing that was under way between two of their batches", async () => {
    await using store = await opened();
    await put(store, "Note", many);
    const next = await giveUpNumbers();
    const begun = await firstBatch(store);
    await crash(next);
    const isWritten = Promise.withResolvers<void>();
    const mayCommit = Promise.withResolvers<void>();
    const older = store.transaction(async (session) => {
      await put(session, "Job", ["older"]);
      isWritten.resolve();
      await mayCommit.promise;
    });
    await Promise.race([isWritten.promise, older]);
    await put(store, "Note", ["younger"]);
    // One batch alone: who reads on while the older one is under way may find out.
    const second = await firstBatch(store, begun.next);
    mayCommit.resolve();
    await older;
    const third = await read(store, second.next);
    expect(begun.ids).toEqual(many.slice(0, begun.ids.length));
    expect(second.ids).toEqual([...many.slice(begun.ids.length), "younger"]);
    expect(third.ids).toEqual(["older"]);
  });

  test("has no follower who read nothing yet and misses what comes first", async () => {
    await using store = await opened();
    const next = await giveUpNumbers();
    const first = await read(store);
    await crash(next);
    await put(store, "Job", ["behind"]);
    expect([first.ids, (await read(store, first.next)).ids]).toEqual([[], ["behind"]]);
  });
});

interface Read {
  readonly ids: readonly string[];
  readonly next: ChangeCursor;
}

async function put(store: Pick<Store, "write">, type: string, ids: readonly string[]): Promise<void> {
  await store.write(ids.map((id) => ({ put: { type, id, documentVersion: 1, body: {} }, expect: "absent" })));
}

/** All that is there behind a cursor. */
async function read(store: Store, after?: ChangeCursor): Promise<Read> {
  const batches: ChangeBatch[] = [];
  for await (const batch of store.changes(after)) batches.push(batch);
  return joined(batches);
}

async function firstBatch(store: Store, after?: ChangeCursor): Promise<Read> {
  for await (const batch of store.changes(after)) return joined([batch]);
  throw new Error("there is no batch");
}

function joined(batches: readonly ChangeBatch[]): Read {
  const last = batches.at(-1);
  if (last === undefined) throw new Error("there is no batch");
  const changes = batches.flatMap((batch) => batch.changes);
  return {
    ids: changes.map((change) => (change.kind === "put" ? change.record : change.tombstone).id),
    next: last.next,
  };
}
