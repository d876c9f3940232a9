import { HoldfastError } from "@holdfast/core";
import type { Durability } from "@holdfast/core";
import type BetterSqlite3 from "better-sqlite3";

import { applicationId, numberFunction } from "./dialect.ts";
import { applySettings, guardSettings, readerSettings, writerSettings } from "./settings.ts";
import type { ReaderUse, Settings } from "./settings.ts";

/** SQLite's own waiting holds the thread, so there is none of it: all waits are made on timers. */
const blockingWaitMs = 0;

export type Driver = typeof BetterSqlite3;

/** A connection to write with. Refuses a file that is not ours before anything in it is changed. */
export function openWriter(driver: Driver, path: string, durability: Durability): BetterSqlite3.Database {
  const database = new driver(path, { timeout: blockingWaitMs });
  return configured(database, path, writerSettings(durability), () => {
    if (database.pragma("journal_mode = WAL", { simple: true }) === "wal") return;
    throw new HoldfastError(`the file system of ${path} does not support SQLite's write-ahead log`, {
      code: "INVALID_CONFIG",
      details: { path },
    });
  });
}

export function openReader(driver: Driver, path: string, use: ReaderUse): BetterSqlite3.Database {
  const database = new driver(path, { readonly: true, fileMustExist: true, timeout: blockingWaitMs });
  return configured(database, path, readerSettings(use), () => undefined);
}

function configured(
  database: BetterSqlite3.Database,
  path: string,
  settings: Settings,
  prepare: () => void,
): BetterSqlite3.Database {
  try {
    // First those that guard against what stands in the file.
    applySettings(database, guardSettings);
    checkOwner(database, path);
    prepare();
    applySettings(database, settings);
    database.function(numberFunction, { deterministic: true }, (text: unknown) => Number(text));
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

/** A new file has no tables and no mark; both come in one transaction, so one without the other was damaged or is not ours. */
function checkOwner(database: BetterSqlite3.Database, path: string): void {
  const has = (condition: string): boolean => {
    return database.prepare(`select 1 from sqlite_schema where ${condition} limit 1`).get() !== undefined;
  };
  // As of one moment: another process may be making the store.
  const look = database.transaction(() => {
    const mark = database.pragma("application_id", { simple: true });
    return {
      owner: mark,
      isSound: mark === applicationId ? has("name = 'holdfast_epoch'") : mark === 0 && !has("true"),
    };
  });
  const { owner, isSound } = look();
  if (isSound) return;
  throw owner === applicationId
    ? new HoldfastError(`${path} is a store that has lost its tables: take the last backup, and keep the file`, {
        code: "STORE_CORRUPT",
        details: { path },
      })
    : new HoldfastError(`${path} is the database of another program; nothing in it was changed`, {
        code: "INVALID_CONFIG",
        details: { path },
      });
}
