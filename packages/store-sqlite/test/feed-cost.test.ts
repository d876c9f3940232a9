import { join } from "node:path";

import { createStore } from "@holdfast/core";
import { SqlDriver } from "@holdfast/store-sql";
import type { SqlConnection, SqlConnections, SqlStore, Statement } from "@holdfast/store-sql";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { index, model, type } from "@holdfast-tooling/sql-fixtures";

import { connectSqlite } from "../src/connections.ts";
import { sqliteDialect } from "../src/dialect.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();

/** The same connections, which note the statements of writing transactions. */
function noting(connections: SqlConnections, log: string[]): SqlConnections {
  const note = (statements: readonly Statement[]): void => void log.push(...statements.map(({ sql }) => sql));
  const noted = (connection: SqlConnection): SqlConnection => ({
    begin: (mode, statements) => {
      note(statements);
      return connection.begin(mode, statements);
    },
    execute: (statements) => {
      note(statements);
      return connection.execute(statements);
    },
    commit: (statements, evidence) => {
      note(statements);
      return connection.commit(statements, evidence);
    },
    rollback: () => connection.rollback(),
  });
  return {
    guarantees: connections.guarantees,
    identity: connections.identity,
    read: (statements) => connections.read(statements),
    lend: (mode, work, signal) =>
      connections.lend(mode, (connection) => work(mode === "read" ? connection : noted(connection)), signal),
    wake: (follower) => connections.wake?.(follower),
    check: () => connections.check(),
    close: () => connections.close(),
  };
}

test("a write runs the same few statements whether somebody follows or not", async () => {
  const log: string[] = [];
  const connect: SqlStore["connect"] = async (options) =>
    noting(await connectSqlite(join(folder, "cost.db"), options), log);
  const driver = new SqlDriver({ dialect: sqliteDialect, connect });
  const options = { model: model(type("Job", { status: "string" }, [index("status")])) };
  await using store = await createStore({ backend: "sqlite", driver, options });
  const save = async (): Promise<readonly string[]> => {
    log.length = 0;
    await store.write([{ put: { type: "Job", id: "a", documentVersion: 1, body: { status: "new" } }, expect: "any" }]);
    return [...log];
  };
  await save();
  const alone = await save();
  const stop = new AbortController();
  const follower = store.changes(undefined, { follow: true, signal: stop.signal })[Symbol.asyncIterator]();
  await follower.next();
  const more = follower.next();
  const followed = await save();
  await more;
  stop.abort();
  expect(followed).toEqual(alone);
  const verbs = alone.map((sql) => sql.split(" ", 1)[0]);
  expect(verbs).toEqual(["insert", "update"]);
});

test("each table has one index of changes, and no other for the feed", async () => {
  const path = join(folder, "cost.db");
  const database = new Database(path, { readonly: true });
  const sql = `select t.name, (select count(distinct i.name) from pragma_index_list(t.name) i, pragma_index_xinfo(i.name) c
    where c.name = '_change') as indexes from sqlite_schema t where t.type = 'table' and t.name in
    ('Job', 'holdfast_records', 'holdfast_tombstones') order by t.name`;
  const found = database.prepare(sql).all();
  const deletedAt = database.prepare(
    "select 1 from sqlite_schema where type = 'index' and sql like '%\\_deleted%' escape '\\'",
  );
  expect(found).toEqual(["Job", "holdfast_records", "holdfast_tombstones"].map((name) => ({ name, indexes: 1 })));
  expect(deletedAt.all()).toEqual([]);
  database.close();
});
