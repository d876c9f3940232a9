import { copyFile } from "node:fs/promises";
import { join } from "node:path";

import { createStore } from "@holdfast/core";
import type { Change, ChangeBatch, Store } from "@holdfast/core";
import { backend, openSqliteStore } from "@holdfast/store-sqlite";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { index, model, type } from "@holdfast-tooling/sql-fixtures";

import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const options = { model: model(type("Job", { status: "string" }, [index("status")])) };

async function put(store: Store, id: string): Promise<void> {
  await store.write([{ put: { type: "Job", id, documentVersion: 1, body: {} }, expect: "any" }]);
}

async function caughtUp(
  store: Store,
  after?: string,
): Promise<{ readonly seen: readonly string[]; readonly next: string }> {
  const batches: ChangeBatch[] = [];
  for await (const batch of store.changes(after)) batches.push(batch);
  return { seen: batches.flatMap(({ changes }) => changes.map(brief)), next: batches.at(-1)?.next ?? "" };
}

function brief(change: Change): string {
  const { id, version } = change.kind === "put" ? change.record : change.tombstone;
  return `${change.kind} ${id} ${version}`;
}

test("a cursor from before a tombstone that was pruned is FEED_EXPIRED; one that has seen it goes on", async () => {
  const driver = backend.driver(`sqlite:${join(folder, "pruned.db")}`);
  await using store = await createStore({ backend: backend.name, driver, options });
  for (const id of ["a", "b", "c"]) await put(store, id);
  const before = await caughtUp(store);
  await store.write([{ delete: { type: "Job", id: "a" }, expect: "present" }]);
  const behind = await caughtUp(store, before.next);
  await put(store, "c");
  expect(await driver.prune((await store.now()) + 1_000_000)).toBe(1);
  await expect(caughtUp(store, before.next)).rejects.toMatchObject({ code: "FEED_EXPIRED" });
  expect((await caughtUp(store, behind.next)).seen).toEqual(["put c 2"]);
  expect((await caughtUp(store)).seen).toEqual(["put b 1", "put c 2"]);
});

test("tombstones are forgotten window by window, and a tenant whose deletes are young holds up no other", async () => {
  const driver = backend.driver(`sqlite:${join(folder, "windows.db")}`);
  let micros = 1_000_000;
  const stamps = { now: () => micros, newId: () => "id" };
  await using store = await createStore({
    backend: backend.name,
    driver,
    options: { stamps, keepTombstonesMs: Infinity },
  });
  const bury = async (tenant: string, count: number): Promise<void> => {
    const ids = Array.from({ length: count }, (_, at) => `i${at}`);
    await store
      .tenant(tenant)
      .write(ids.map((id) => ({ restore: { type: "Job", tenant, id, version: 1, deleted: micros } })));
  };
  await bury("a", 2_500);
  await bury("c", 10);
  micros = 2_000_000;
  await bury("b", 1_500);
  await bury("a", 3_000);
  expect((await store.stats()).tombstones).toBe(4_510);
  const stop = AbortSignal.abort();
  expect(await driver.prune(1_500_000, stop)).toBe(0);
  expect(await driver.prune(1_500_000)).toBe(2_510);
  expect((await store.stats()).types.map(({ tenant, tombstones }) => [tenant, tombstones])).toEqual([
    ["a", 500],
    ["b", 1_500],
  ]);
  expect(await driver.prune(3_000_000)).toBe(2_000);
});

test("a cursor from before the file was taken back to an earlier state is FEED_EXPIRED", async () => {
  const [path, kept] = [join(folder, "live.db"), join(folder, "kept.db")];
  {
    await using store = await openSqliteStore(path, options);
    await put(store, "a");
  }
  await copyFile(path, kept);
  let ahead = "";
  {
    await using store = await openSqliteStore(path, options);
    await put(store, "b");
    ahead = (await caughtUp(store)).next;
  }
  await using store = await openSqliteStore(kept, options);
  await expect(caughtUp(store, ahead)).rejects.toMatchObject({ code: "FEED_EXPIRED" });
});

test("a follower reads what changed along an index, and no other rows", async () => {
  const path = join(folder, "plan.db");
  await using store = await openSqliteStore(path, options);
  await put(store, "a");
  const database = new Database(path, { readonly: true });
  for (const [table, keys] of [
    ["Job", "_change, _id"],
    ["holdfast_records", "_change, _type, _id"],
    ["holdfast_tombstones", "_change, _type, _id"],
  ] as const) {
    const read = `select * from "${table}" where _tenant = ? and _change >= ? order by ${keys} limit 10`;
    const plan = database.prepare(`explain query plan ${read}`).all("default", 7);
    expect(plan).toMatchObject([{ detail: `SEARCH ${table} USING INDEX ${table}.feed (_tenant=? AND _change>?)` }]);
  }
  database.close();
});
