import { countedFeed } from "@holdfast/store-sql";
import type { SqlDialect } from "@holdfast/store-sql";
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from "kysely";

/** A dialect to look at statements with: nothing of it runs anywhere. */
export const plainDialect: SqlDialect = {
  kysely: {
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
  columnTypes: {
    change: sql`integer`,
    string: sql`text`,
    number: sql`real`,
    boolean: sql`bool`,
    integer: sql`integer`,
    document: sql`json`,
  },
  indexedNulls: sql`nulls first`,
  addsForeignKeys: true,
  keepsClock: false,
  shareLock: sql`for share`,
  transactionToken: sql<string>`token()`,
  feed: countedFeed,
  rows: { rowsMost: 10, compile: () => sql`rows`, bind: (_columns, rows) => rows },
  bindBoolean: (value) => (value ? "yes" : "no"),
  bindList: (_kind, values) => values,
  among: (column, _kind, list) => sql`${column} among ${list}`,
  contains: (column, part) => sql`${column} contains ${part}`,
  documentBytes: (document) => sql`bytes(${document})`,
  hasTable: () => sql`select 1`,
  indexNames: () => sql`select 1`,
  prepareStore: async () => undefined,
  informPlanner: async () => undefined,
  lockForUpgrade: async () => undefined,
};
