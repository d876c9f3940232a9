/**
 * The second original's way, written by hand: each call opens a connection of its own to a SQLite file, sets it up
 * (write-ahead log, full sync, foreign keys), makes sure of the tables, runs its statement, which commits by itself, and
 * closes. The last connection to close folds the log into the file, so that is part of each call as well.
 */
import Database from "better-sqlite3";
import type { ItemKeeper } from "./item-keeper.ts";
import { runs } from "./item.ts";
import { rowOf, setUp, startRun, upsert } from "./item-tables.ts";

export function originalConnectionPerCall(path: string): ItemKeeper {
  withConnection(path, (database) =>
    database.prepare(startRun).run(runs.one.id, runs.one.runType, new Date().toISOString()),
  );
  return {
    async save(item) {
      return Promise.resolve(withConnection(path, (database) => void database.prepare(upsert).run(rowOf(item))));
    },
    async saveBatch(items) {
      withConnection(path, (database) => {
        const statement = database.prepare(upsert);
        database.transaction(() => {
          for (const item of items) statement.run(rowOf(item));
        })();
      });
      return Promise.resolve();
    },
    async remove(ids) {
      withConnection(path, (database) => {
        const statement = database.prepare("delete from intel_items where item_id = ?");
        database.transaction(() => {
          for (const id of ids) statement.run(id);
        })();
      });
      return Promise.resolve();
    },
    count: () =>
      Promise.resolve(
        withConnection(path, (database) => Number(database.prepare("select count(*) from intel_items").pluck().get())),
      ),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function withConnection<T>(path: string, work: (database: Database.Database) => T): T {
  const database = new Database(path, { timeout: 30_000 });
  try {
    setUp(database);
    return work(database);
  } finally {
    database.close();
  }
}
