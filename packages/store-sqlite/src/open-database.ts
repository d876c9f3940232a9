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
  return configured(database, writerSettings(durability), () => {
    checkOwner(database, path);
    if (database.pragma("journal_mode = WAL", { simple: true }) === "wal") return;
    throw new HoldfastError(`the file system of ${path} does not support SQLite's write-ahead log`, {
      code: "INVALID_CONFIG",
      details: { path },
    });
  });
}

export interface ReaderKind {
  readonly use: ReaderUse;
  /** Whether a connection of the same store has found the file to be ours. */
  readonly isKnown: boolean;
}

export function openReader(driver: Driver, path: string, { use, isKnown }: ReaderKind): BetterSqlite3.Database {
  const database = new driver(path, { readonly: true, fileMustExist: true, timeout: blockingWaitMs });
  return configured(database, readerSettings(use), () => (isKnown ? undefined : checkOwner(database, path)));
}

function configured(database: BetterSqlite3.Database, settings: Settings, prepare: () => void): BetterSqlite3.Database {
  try {
    // First those that guard against what stands in the file.
    applySettings(database, guardSettings);
    prepare();
    applySettings(database, settings);
    database.function(numberFunction, { deterministic: true }, (text: unknown) => Number(text));
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

/** As of one moment, so in one statement: another process may be making the store. */
const ownerQuery = `select (select application_id from pragma_application_id) as owner,
  exists (select 1 from sqlite_schema where name = 'holdfast_epoch') as hasStore,
  exists (select 1 from sqlite_schema) as hasTables`;

interface Owner {
  readonly owner: number;
  readonly hasStore: 0 | 1;
  readonly hasTables: 0 | 1;
}

/** A new file has no tables and no mark; both come in one transaction, so one without the other was damaged or is not ours. */
function checkOwner(database: BetterSqlite3.Database, path: string): void {
  const found = database.prepare<[], Owner>(ownerQuery).get();
  if (found === undefined) throw new HoldfastError(`${path} does not say whose it is`, { code: "STORE_CORRUPT" });
  const { owner, hasStore, hasTables } = found;
  if (owner === applicationId ? hasStore === 1 : owner === 0 && hasTables === 0) return;
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
