import type { DriverQuery, FoundRecord, OrderTerm } from "@holdfast/core";
import { sql } from "kysely";
import type { RawBuilder } from "kysely";

import { rangesBehind } from "./page-ranges.ts";
import type { QueryBuilder } from "./query-builder.ts";
import { decodeRecord, decodeValue } from "./record-codec.ts";
import type { Row } from "./sql-connections.ts";
import type { SqlDialect } from "./sql-dialect.ts";
import type { Statement } from "./statement.ts";
import { bodyColumn, columnOf, recordColumns } from "./tables.ts";
import type { Table } from "./tables.ts";
import { allOf, ownRows, wherePredicate } from "./where.ts";
import type { Predicate } from "./where.ts";

/**
 * One page, never by an offset: the ranges behind the place, each read along an index up to the limit, then joined.
 * A page without a place is one range.
 */
export function pageStatement(
  builder: QueryBuilder,
  dialect: SqlDialect,
  table: Table,
  tenant: string,
  query: DriverQuery,
): Statement {
  const { type, order, after, limit } = query;
  const own = allOf([ownRows(table, tenant, type), wherePredicate(dialect, table, query.where)]);
  const ordering = orderBy(table, order);
  const rangeOf = (range: Predicate, rank: number) =>
    builder
      .selectFrom(table.name)
      .select([...pageColumns(table, query)])
      .select(sql.lit(rank).as("_rank"))
      .where(range)
      .orderBy(ordering)
      .limit(limit);
  const behind =
    after === undefined ? [own] : rangesBehind(dialect, table, order, after).map((each) => allOf([own, each]));
  const [first, ...rest] = behind.map((range, rank) =>
    builder.selectFrom(rangeOf(range, rank).as("range")).selectAll(),
  );
  if (first === undefined || rest.length === 0) return rangeOf(behind[0] ?? own, 0).compile();
  const joined = rest.reduce((union, range) => union.unionAll(range), first);
  return builder
    .selectFrom(joined.as("page"))
    .selectAll()
    .orderBy(sql`${sql.ref("_rank")}, ${ordering}`)
    .limit(limit)
    .compile();
}

export function foundRecords(
  table: Table,
  tenant: string,
  { type, order }: DriverQuery,
  rows: readonly Row[],
): readonly FoundRecord[] {
  const columns = order.map(({ field }) => columnOf(table, field));
  return rows.map((row) => ({
    record: decodeRecord(tenant, type, row),
    place: columns.map((column) => decodeValue(column, row[column.name])),
  }));
}

function pageColumns(table: Table, query: DriverQuery): ReadonlySet<string> {
  const columns = new Set(recordColumns.map(({ name }) => name));
  if (!query.omitBody) columns.add(bodyColumn.name);
  for (const { field } of query.order) columns.add(columnOf(table, field).name);
  return columns;
}

/** Nulls come first ascending and last descending, said only where there can be some: the indexes say the same. */
function orderBy(table: Table, order: readonly OrderTerm[]): RawBuilder<unknown> {
  return sql.join(
    order.map(({ field, descending }) => {
      const { name, nullable } = columnOf(table, field);
      const column = sql.ref(name);
      if (!nullable) return descending ? sql`${column} desc` : sql`${column} asc`;
      return descending ? sql`${column} desc nulls last` : sql`${column} asc nulls first`;
    }),
  );
}
