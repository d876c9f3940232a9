import { join } from "node:path";

import Database from "better-sqlite3";
import { expect, test } from "vitest";

import { openSqliteStore } from "../src/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const path = join(temporaryFolder(), "app.db");

test("new records stand in the order in which they were handed in, so that those of one batch share pages", async () => {
  const ids = ["m", "z", "a", "q", "c"];
  const put = (id: string) => ({ put: { type: "Row", id, documentVersion: 1, body: {} }, expect: "any" as const });
  const layout = { types: [{ type: "Row", schemaVersion: 1, fields: [], indexes: [], references: [] }] };
  await using store = await openSqliteStore(path, { model: { layout } });
  await store.write(ids.slice(0, 3).map(put));
  await Promise.all(ids.slice(3).map((id) => store.write([put(id)])));
  const database = new Database(path, { readonly: true });
  try {
    expect(database.prepare('select _id from "Row" order by rowid').pluck().all()).toEqual(ids);
  } finally {
    database.close();
  }
});
