import { HoldfastError } from "@holdfast/core";
import type { Durability } from "@holdfast/core";
import type BetterSqlite3 from "better-sqlite3";

import { applicationId, numberFunction } from "./dialect.ts";

/** SQLite's own waiting holds the thread, so there is none of it: all waits are made on timers. */
const blockingWaitMs = 0;
/** Of 4 KiB, before the log is copied into the database: seldom, since every page is copied once however often it changed. */
const logPagesMost = 4_000;
const logBytesKept = 64 * 1024 * 1024;

export type Driver = typeof BetterSqlite3;

/** A connection to write with. Refuses a file that is not ours before anything in it is changed. */
export function openWriter(driver: Driver, path: string, durability: Durability): BetterSqlite3.Database {
  const database = new driver(path, { timeout: blockingWaitMs });
  return configured(database, () => {
    checkOwner(database, path);
    if (database.pragma("journal_mode = WAL", { simple: true }) !== "wal") {
      throw new HoldfastError(`the file system of ${path} does not support SQLite's write-ahead log`, {
        code: "INVALID_CONFIG",
        details: { path },
      });
    }
    database.pragma(`synchronous = ${durability === "power-loss" ? "FULL" : "NORMAL"}`);
    database.pragma("foreign_keys = ON");
    database.pragma(`wal_autocheckpoint = ${logPagesMost}`);
    database.pragma(`journal_size_limit = ${logBytesKept}`);
  });
}

export function openReader(driver: Driver, path: string): BetterSqlite3.Database {
  const database = new driver(path, { readonly: true, fileMustExist: true, timeout: blockingWaitMs });
  return configured(database, () => checkOwner(database, path));
}

function configured(database: BetterSqlite3.Database, configure: () => void): BetterSqlite3.Database {
  try {
    database.pragma("trusted_schema = OFF");
    database.pragma("cell_size_check = ON");
    database.function(numberFunction, { deterministic: true }, (text: unknown) => Number(text));
    configure();
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

/** A new file has no tables; one with tables must carry our mark. */
function checkOwner(database: BetterSqlite3.Database, path: string): void {
  const owner = database.pragma("application_id", { simple: true });
  const holdsTables = database.prepare("select 1 from sqlite_schema limit 1").get() !== undefined;
  if (owner === applicationId || (owner === 0 && !holdsTables)) return;
  throw new HoldfastError(`${path} is the database of another program; nothing in it was changed`, {
    code: "INVALID_CONFIG",
    details: { path },
  });
}
