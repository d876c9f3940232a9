import Database from "better-sqlite3";
import type { ItemKeeper } from "./item-keeper.ts";
import { runs } from "./item.ts";
import { rowOf, setUp, startRun, upsert } from "./item-tables.ts";

/**
 * What this machine can do at all: the second original's tables on one connection that stays open, with statements that
 * stay prepared, and nothing of what a store promises besides. Nobody who syncs each save to SQLite is faster.
 */
export function oneConnection(path: string): ItemKeeper {
  const database = new Database(path);
  setUp(database);
  database.prepare(startRun).run(runs.one.id, runs.one.runType, new Date().toISOString());
  const save = database.prepare(upsert);
  const remove = database.prepare("delete from intel_items where item_id = ?");
  return {
    save: (item) => Promise.resolve(void save.run(rowOf(item))),
    async saveBatch(items) {
      database.transaction(() => {
        for (const item of items) save.run(rowOf(item));
      })();
      return Promise.resolve();
    },
    async remove(ids) {
      database.transaction(() => {
        for (const id of ids) remove.run(id);
      })();
      return Promise.resolve();
    },
    count: () => Promise.resolve(Number(database.prepare("select count(*) from intel_items").pluck().get())),
    [Symbol.asyncDispose]: () => Promise.resolve(void database.close()),
  };
}
