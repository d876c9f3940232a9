import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { TurnShare } from "@holdfast/core";
import type { JsonObject } from "@holdfast/core";
import { openSqliteStore } from "@holdfast/store-sqlite";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";

import { LogKeeper } from "../src/log-keeper.ts";
import { openWriter } from "../src/open-database.ts";
import { SqliteConnection } from "../src/sqlite-connection.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const kibibyte = 1024;
const limits = {
  keptBytes: 256 * kibibyte,
  lookEveryBytes: 0,
  warnedBytes: 512 * kibibyte,
  bytesPerMs: 1,
  patienceMostMs: 60_000,
};

function logBytes(path: string): number {
  return statSync(`${path}-wal`).size;
}

/** A database with small limits, and something to write to it. */
function openSmall(name: string) {
  const path = join(folder, name);
  const database = openWriter(Database, path, "process-crash");
  database.pragma(`journal_size_limit = ${limits.keptBytes}`);
  database.pragma("wal_autocheckpoint = 16");
  database.exec("create table t (b blob) strict; insert into t values (zeroblob(1))");
  const insert = database.prepare("insert into t values (zeroblob(65536))");
  const connection = new SqliteConnection(database, {
    turn: new TurnShare(10),
    busyTimeoutMs: 1_000,
    held: { check: () => undefined },
    explain: (error) => error,
  });
  const warnings: (JsonObject | undefined)[] = [];
  const logger = { warn: (_message: string, details?: JsonObject) => void warnings.push(details) };
  const keeper = new LogKeeper({ path, logger }, limits);
  return {
    path,
    database,
    warnings,
    write: () => insert.run(),
    async tend(): Promise<void> {
      const never = new AbortController().signal;
      if (keeper.isDue()) await keeper.shorten(() => connection.restartLog(), never);
    },
    isDue: () => keeper.isDue(),
  };
}

/** Reads one snapshot, again and again, from `first` on; two of them leave no moment without a reader. */
async function readOn(path: string, isEnough: () => boolean, first: number): Promise<void> {
  const reader = new Database(path, { readonly: true });
  await delay(first);
  while (!isEnough()) {
    reader.exec("begin; select count(*) from t");
    await delay(10);
    reader.exec("commit");
  }
  reader.close();
}

describe("the log of a database", () => {
  test("stays bounded where readers leave it no moment alone", async () => {
    const small = openSmall("overlapping.db");
    let isEnough = false;
    const readers = [0, 5].map((first) => readOn(small.path, () => isEnough, first));
    let largest = 0;
    for (let at = 0; at < 200; at++) {
      small.write();
      largest = Math.max(largest, logBytes(small.path));
      await small.tend();
      if (at % 5 === 0) await delay(1);
    }
    isEnough = true;
    await Promise.all(readers);
    small.database.close();
    // 13 MiB were written; the log held what is kept and a few writes more.
    expect(largest).toBeLessThan(2 * limits.keptBytes);
  });

  test("is warned of once for each doubling, while a reader keeps it", () => {
    const small = openSmall("warned.db");
    const reader = new Database(small.path, { readonly: true });
    reader.exec("begin; select count(*) from t");
    while (logBytes(small.path) < 2_200 * kibibyte) {
      small.write();
      small.isDue();
    }
    reader.exec("commit");
    reader.close();
    small.database.close();
    expect(small.warnings).toHaveLength(2);
    expect(small.warnings[0]).toMatchObject({ path: small.path });
  });

  test("is given up for now when somebody goes on reading, and tried again when it has grown", async () => {
    const small = openSmall("given-up.db");
    const reader = new Database(small.path, { readonly: true });
    reader.exec("begin; select count(*) from t");
    while (!small.isDue()) small.write();
    const keeper = new LogKeeper(
      { path: small.path, logger: { warn: () => undefined } },
      { ...limits, bytesPerMs: 1e9 },
    );
    await keeper.shorten(() => false, new AbortController().signal);
    expect(keeper.isDue()).toBe(false);
    const before = logBytes(small.path);
    while (logBytes(small.path) < before * 1.3) small.write();
    expect(keeper.isDue()).toBe(true);
    reader.close();
    small.database.close();
  });
});

test("once a long read transaction has ended, writes go on in the room that the log has", async () => {
  const path = join(folder, "long-reader.db");
  await using store = await openSqliteStore(path, { durability: "process-crash" });
  const text = "x".repeat(2 * 2 ** 20);
  const write = async (id: string): Promise<void> => {
    await store.write([{ put: { type: "Note", id, documentVersion: 1, body: { text } }, expect: "any" }]);
  };
  await write("first");
  const [begun, written] = [Promise.withResolvers<number>(), Promise.withResolvers<void>()];
  const reading = store.transaction(
    async (reader) => {
      begun.resolve(await reader.count("Note"));
      await written.promise;
      return reader.count("Note");
    },
    { readOnly: true, timeoutMs: 60_000 },
  );
  expect(await begun.promise).toBe(1);
  for (let at = 0; at < 12; at++) await write(`during-${at}`);
  written.resolve();
  expect(await reading).toBe(1);
  const held = logBytes(path);
  expect(held).toBeGreaterThan(24 * 2 ** 20);
  for (let at = 0; at < 12; at++) await write(`after-${at}`);
  // The first of them is still appended; its commit copies the log, and the next begins it anew.
  expect(logBytes(path)).toBeLessThan(held + 3 * 2 ** 20);
  expect(await store.count("Note")).toBe(25);
});
