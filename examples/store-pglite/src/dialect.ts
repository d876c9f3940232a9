import { countedFeed, slot } from "@holdfast/store-sql";
import type { SqlDialect } from "@holdfast/store-sql";
import { PGliteAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from "kysely";

/** Text is compared by code point. A document is text and not `json`, so that it comes back to the letter. */
const columnTypes: SqlDialect["columnTypes"] = {
  string: sql`text collate "C"`,
  number: sql`double precision`,
  boolean: sql`boolean`,
  integer: sql`bigint`,
  document: sql`text`,
  change: sql`bigint`,
};

export const pgliteDialect: SqlDialect = {
  kysely: {
    createAdapter: () => new PGliteAdapter(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  columnTypes,
  indexedNulls: sql`nulls first`,
  addsForeignKeys: true,
  // Writers take turns on the one connection: stamps and changes are counted as they commit, and nobody else locks.
  keepsClock: true,
  feed: countedFeed,
  shareLock: sql``,
  transactionToken: sql<null>`null`,
  lockForUpgrade: async () => undefined,
  informPlanner: async () => undefined, // A table that was never looked at is read by its indexes, as it shall.
  rows: {
    rowsMost: 1_000,
    // All rows are one parameter: a JSON list of objects, in which a column is named after its place.
    compile(columns) {
      const cells = columns.map(({ kind }, at) => sql`${sql.ref(String(at))} ${columnTypes[kind]}`);
      return sql`select * from json_to_recordset(${slot(0)}::json) as r(${sql.join(cells)})`;
    },
    bind: (_columns, rows) => [JSON.stringify(rows.map(namedByPlace))],
  },
  bindBoolean: (value) => value,
  bindList: (_kind, values) => JSON.stringify(values.map((value) => ({ value }))),
  among: (column, kind, list) =>
    sql`${column} in (select value from json_to_recordset(${list}::json) as r(value ${columnTypes[kind]}))`,
  contains: (column, part) => sql`strpos(${column}, ${part}) > 0`,
  documentBytes: (document) => sql`octet_length(${document})`,
  hasTable: (name, schema) => sql`select from pg_tables where schemaname = ${schema} and tablename = ${name}`,
  indexNames: (schema) => sql`select indexname as name from pg_indexes where schemaname = ${schema}`,
  async prepareStore(connection, schema) {
    await connection.execute([{ sql: `create schema if not exists "${schema}"`, parameters: [] }]);
  },
};

function namedByPlace(row: readonly unknown[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(row.map((value, at) => [at, typeof value === "bigint" ? String(value) : value]));
}
