import type { IndexShape, SqlDialect } from "@holdfast/store-sql";
import { countedFeed, slot } from "@holdfast/store-sql";
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from "kysely";

/** In the header of every database of ours ("HoLd"), so that no other is ever taken for one. */
export const applicationId = 0x486f4c64;

/** Exactly what JavaScript reads in a number's text; SQLite's own reading may differ in the last bit. */
export const numberFunction = "holdfast_number";

/**
 * SQLite compiles a statement anew whenever a bound value changes that its plan may depend on, and takes a bare parameter
 * for such a value where it compares terms, for the order of an index say. Plans here depend on no value, and the sign says so.
 */
class PlannedOnce extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return "+?";
  }
}

export const sqliteDialect: SqlDialect = {
  kysely: {
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new PlannedOnce(),
  },
  columnTypes: {
    string: sql`text`,
    number: sql`real`,
    boolean: sql`integer`,
    integer: sql`integer`,
    document: sql`text`,
    change: sql`integer`,
  },
  tableEnd: sql`strict`,
  indexedNulls: sql``,
  addsForeignKeys: false,
  keepsClock: true,
  rewritesIndexes: true,
  shareLock: sql``,
  transactionToken: sql<null>`null`,
  atOnce: { typed: (_kind, value) => sql`${value}` },
  feed: countedFeed,
  rows: {
    // A statement that stays prepared takes a row in less time than it takes to prepare one for many.
    rowsMost: 1,
    compile: (columns) => sql`values (${sql.join(columns.map((_column, at) => slot(at)))})`,
    bind: (_columns, rows) => rows[0] ?? [],
  },
  bindBoolean: (value) => (value ? 1 : 0),
  bindList: (kind, values) => JSON.stringify(kind === "number" ? values.map(String) : values),
  among(column, kind, list) {
    const value = kind === "number" ? sql`${sql.raw(numberFunction)}(value)` : sql`value`;
    return sql`${column} in (select ${value} from json_each(${list}))`;
  },
  contains: (column, part) => sql`instr(${column}, ${part}) > 0`,
  // Stands in the row's header, so no page of the document is read.
  documentBytes: (document) => sql`octet_length(${document})`,
  hasTable: (name) => sql`select 1 as present from sqlite_schema where type = 'table' and name = ${name}`,
  indexNames: () => sql`select name from sqlite_schema where type = 'index'`,
  async prepareStore(connection) {
    await connection.execute([{ sql: `pragma application_id = ${applicationId}`, parameters: [] }]);
  },
  async informPlanner(connection, indexes) {
    // Without figures, SQLite takes a tenant for a dozen rows and reads all of them in the wanted order; with these,
    // it goes by the index that fits the condition. The first statement makes the table that the figures stand in.
    await connection.execute([
      { sql: "analyze holdfast_epoch", parameters: [] },
      ...[...new Set(indexes.map(({ table }) => table))].map((table) => ({
        sql: "delete from sqlite_stat1 where tbl = ?",
        parameters: [table],
      })),
      ...indexes.map((index) => ({
        sql: "insert into sqlite_stat1 (tbl, idx, stat) values (?, ?, ?)",
        parameters: [index.table, index.name ?? `sqlite_autoindex_${index.table}_1`, expectedRows(index)],
      })),
      { sql: "analyze sqlite_schema", parameters: [] },
    ]);
  },
  async lockForUpgrade() {
    // The transaction has the write lock since it began.
  },
};

/** Rows in all, and of each value of the first column, the first two, and so on: as in a store that has grown. */
function expectedRows({ columns, unique }: IndexShape): string {
  const figures = [1_000_000];
  let rows = 500_000;
  for (const [at, { name, kind }] of columns.entries()) {
    const isAlone = rarelyRepeated.has(name) || (unique && at === columns.length - 1);
    if (isAlone) rows = 1;
    else if (name !== tenantName) rows = Math.max(1, Math.round(kind === "boolean" ? rows / 2 : rows / 1_000));
    figures.push(rows);
  }
  return figures.join(" ");
}

const tenantName = "_tenant";
const rarelyRepeated: ReadonlySet<string> = new Set(["_change", "_created", "_updated", "_id"]);
