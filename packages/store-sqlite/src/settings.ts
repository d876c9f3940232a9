import { HoldfastError } from "@holdfast/core";
import type { Durability } from "@holdfast/core";
import type BetterSqlite3 from "better-sqlite3";

/** SQLite's settings of one connection, each as the number that it reads back as. */
export type Settings = Readonly<Record<string, number>>;

/** Above this, the log's file is cut back when the log begins anew. In bytes. */
export const logBytesKept = 64 * 1024 * 1024;
/** Of 4 KiB, before the log is copied into the database: seldom, since every page is copied once however often it changed. */
const logPagesMost = 4_000;

/**
 * Of pages that a connection keeps in memory, in KiB; SQLite takes it as a negative number. What a reader does not find
 * there, it finds in the system's memory: up to nine readers with little each, so that whoever goes through a large
 * store has little. The writer's pages are those that it changes, in many indexes at once.
 */
const keptKiB = { reader: 4_000, writer: 16_000 };

/** How `synchronous` reads back: 1 leaves the last commits to the operating system, 2 syncs each. */
const synchronous: Readonly<Record<Durability, number>> = { "process-crash": 1, "power-loss": 2 };

export const readerSettings: Settings = {
  // What stands in the schema of a file from elsewhere may not call functions that do more than compute.
  trusted_schema: 0,
  // Damaged pages are told from sound ones before they are followed.
  cell_size_check: 1,
  cache_size: -keptKiB.reader,
};

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
