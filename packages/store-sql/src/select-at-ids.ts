import { sql } from "kysely";

import { eachOf } from "./each-of.ts";
import type { SqlContext } from "./sql-context.ts";
import { slot } from "./statement.ts";
import type { Statement, Template } from "./statement.ts";
import { idColumn } from "./tables.ts";
import type { Table } from "./tables.ts";
import { allOf, ownRows } from "./where.ts";

/** Rows of one tenant and type at some ids. */
export interface RowsAtIds {
  /** Whose statement it is, and what else it depends on. */
  readonly about: object;
  readonly name: string;
  readonly from: string;
  /** The table whose keys are like those. */
  readonly keyed: Table;
  readonly columns: readonly string[];
}

/** Finds the rows at these ids, as they are encoded, each once. Those that are not there give none. */
export function selectAtIds(
  context: SqlContext,
  rows: RowsAtIds,
  { tenant, type, ids }: { readonly tenant: string; readonly type: string; readonly ids: readonly string[] },
): Statement {
  const { dialect, templates } = context;
  const { about, name } = rows;
  if (ids.length === 1) {
    const one = templates.get(about, name, () => selectOne(context, rows));
    return one.bind([tenant, type, ids[0]]);
  }
  const list = dialect.bindList(idColumn.kind, ids);
  const asRows = eachOf(dialect, rows.from);
  if (asRows === undefined) return many(() => selectAmong(context, rows)).bindAnew([tenant, type, list]);
  return many(() => selectEach(context, rows, asRows)).bind([tenant, type, list]);

  function many(compile: () => Statement): Template {
    return templates.get(about, `${name}, many`, compile);
  }
}

function selectOne({ builder }: SqlContext, { from, keyed, columns }: RowsAtIds): Statement {
  const id = sql<boolean>`${sql.ref(idColumn.name)} = ${slot(2)}`;
  return builder
    .selectFrom(from)
    .select(columns)
    .where(allOf([ownRows(keyed, slot(0), slot(1)), id]))
    .compile();
}

function selectAmong({ builder, dialect }: SqlContext, { from, keyed, columns }: RowsAtIds): Statement {
  const ids = dialect.among(sql.ref(idColumn.name), idColumn.kind, slot(2));
  return builder
    .selectFrom(from)
    .select(columns)
    .where(allOf([ownRows(keyed, slot(0), slot(1)), ids]))
    .compile();
}

/** The limit keeps the planner from turning it round. */
function selectEach(
  { builder }: SqlContext,
  { from, keyed, columns }: RowsAtIds,
  asRows: NonNullable<SqlContext["dialect"]["eachOf"]>,
): Statement {
  const id = sql<boolean>`${sql.ref(idColumn.name)} = ${sql.ref("asked.id")}`;
  const one = builder
    .selectFrom(from)
    .select(columns)
    .where(allOf([ownRows(keyed, slot(0), slot(1)), id]))
    .limit(sql.lit(1));
  const source = sql<{ readonly id: string }>`${asRows(idColumn.kind, slot(2))} as asked(id)`;
  return sql`select found.* from ${source} cross join lateral ${one} as found`.compile(builder);
}
