import { HoldfastError } from "@holdfast/core";
import type { Durability } from "@holdfast/core";
import type BetterSqlite3 from "better-sqlite3";

/** SQLite's settings of one connection, each as the number that it reads back as. */
export type Settings = Readonly<Record<string, number>>;
export type ReaderUse = "shared" | "lent";

/** Above this, the log's file is cut back when the log begins anew. In bytes. */
export const logBytesKept = 64 * 1024 * 1024;
/** Of 4 KiB, before the log is copied into the database: seldom, since every page is copied once however often it changed. */
const logPagesMost = 4_000;

/**
 * Of pages that a connection keeps in memory, in KiB; SQLite takes it as a negative number. What a connection does not find
 * there, it copies from the system's memory, page by page. The writer's pages are those that it changes, in many indexes
 * at once, and one reader answers all single reads; the others, which read transactions take, have little each, so that
 * many of them that go through a large store have little.
 */
const keptKiB = { others: 4_000, shared: 16_000, writer: 16_000 };

/** How `synchronous` reads back: 1 leaves the last commits to the operating system, 2 syncs each. */
const synchronous: Readonly<Record<Durability, number>> = { "process-crash": 1, "power-loss": 2 };

/** What guards every connection. */
export const guardSettings: Settings = {
  // What stands in the schema of a file from elsewhere may not call functions that do more than compute.
  trusted_schema: 0,
  // Damaged pages are told from sound ones before they are followed.
  cell_size_check: 1,
};

/** @param use for all single reads, or for one read transaction at a time */
export function readerSettings(use: ReaderUse): Settings {
  return { cache_size: -(use === "shared" ? keptKiB.shared : keptKiB.others) };
}

/** What a writer is set to beside what guards every connection. */
export function writerSettings(durability: Durability): Settings {
  return {
    cache_size: -keptKiB.writer,
    synchronous: synchronous[durability],
    foreign_keys: 1,
    wal_autocheckpoint: logPagesMost,
    journal_size_limit: logBytesKept,
  };
}

/** Sets them and reads each back: SQLite says nothing of a setting that it does not know or does not take. */
export function applySettings(database: Pick<BetterSqlite3.Database, "pragma">, settings: Settings): void {
  for (const [name, value] of Object.entries(settings)) {
    database.pragma(`${name} = ${value}`);
    const found = database.pragma(name, { simple: true });
    if (found === value) continue;
    throw new HoldfastError(`this build of SQLite does not take the setting ${name} = ${value}`, {
      code: "INVALID_CONFIG",
      details: { setting: name, wanted: value, found: typeof found === "number" ? found : String(found) },
    });
  }
}
