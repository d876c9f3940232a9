import type { SqlDialect } from "@holdfast/store-sql";
import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from "kysely";

import { casts, rowSource } from "./row-source.ts";
import { transactionFeed } from "./transaction-feed.ts";

export const postgresDialect: SqlDialect = {
  kysely: {
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  columnTypes: {
    string: sql`text collate "C"`,
    number: sql`double precision`,
    boolean: sql`boolean`,
    integer: sql`bigint`,
    // Not jsonb, which refuses some strings and rewrites the rest: json keeps the text as it came.
    document: sql`json`,
    change: sql`xid8`,
  },
  indexedNulls: sql`nulls first`,
  addsForeignKeys: true,
  keepsClock: false,
  shareLock: sql`for share`,
  transactionToken: sql<string>`pg_current_xact_id()::text`,
  atOnce: {
    change: sql`pg_current_xact_id()`,
    typed: (kind, value) => sql`${value}::${sql.raw(casts[kind])}`,
  },
  clock: sql<number>`(extract(epoch from clock_timestamp()) * 1000000)::bigint`,
  feed: transactionFeed,
  rows: rowSource,
  bindBoolean: (value) => value,
  bindList: (_kind, values) => values,
  among: (column, kind, list) => sql`${column} = any(${list}::${sql.raw(casts[kind])}[])`,
  eachOf: (kind, list) => sql`unnest(${list}::${sql.raw(casts[kind])}[])`,
  // Of a table without statistics the planner thinks that fewer rows fit than a page takes, so that it would sort all that
  // do. A limit that it does not know lets it read them in the order of an index.
  pageLimit: (limit) => sql`(select ${limit}::bigint)`,
  contains: (column, part) => sql`strpos(${column}, ${part}) > 0`,
  // Compressed documents are unpacked for it; how large they are as they lie there is known without.
  documentBytes: (document) => sql`octet_length(${document}::text)`,
  storedBytes: (document) => sql`pg_column_size(${document})`,
  hasTable: (name, schema = "public") =>
    sql`select 1 as present where to_regclass(${`${quoted(schema)}.${quoted(name)}`}::text) is not null`,
  indexNames: (schema = "public") => sql`select indexname as name from pg_indexes where schemaname = ${schema}`,
  async prepareStore(connection, schema = "public") {
    const [, found] = await connection.execute([
      {
        sql: "select pg_advisory_xact_lock(hashtextextended($1, 0))",
        parameters: [`holdfast ${schema}`],
      },
      { sql: "select 1 as present where to_regnamespace($1::text) is not null", parameters: [quoted(schema)] },
    ]);
    if (found?.rows.length === 0) {
      await connection.execute([{ sql: `create schema ${quoted(schema)}`, parameters: [] }]);
    }
  },
  async informPlanner(connection, indexes, schema = "public") {
    // Of a table that was never looked at, Postgres assumes some size and goes by the index; of one that was found
    // empty, it believes that for a while. So only what was filled is looked at.
    const names = [...new Set(indexes.map(({ table }) => `${quoted(schema)}.${quoted(table)}`))];
    const first = await connection.execute(
      names.map((name) => ({ sql: `select 1 from ${name} limit 1`, parameters: [] })),
    );
    const filled = names.filter((_, at) => first[at]?.rows.length === 1);
    await connection.execute(filled.map((name) => ({ sql: `analyze ${name}`, parameters: [] })));
  },
  async lockForUpgrade(connection, schema = "public") {
    // Writers hold the epoch row until they end, so this waits for them, and new ones wait for this; readers go on.
    // It is the first statement, so the transaction sees all that was committed before it had the lock.
    const table = `${quoted(schema)}.${quoted("holdfast_epoch")}`;
    await connection.execute([{ sql: `lock table ${table} in exclusive mode`, parameters: [] }]);
  },
};

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
