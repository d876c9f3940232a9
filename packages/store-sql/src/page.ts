import type { DriverQuery, FoundRecord, OrderTerm, RecordText, Scalar } from "@holdfast/core";
import { sql } from "kysely";
import type { RawBuilder } from "kysely";

import { bindCondition, BoundValues } from "./bind-condition.ts";
import type { BoundCondition } from "./bound-condition.ts";
import { rangesBehind } from "./page-ranges.ts";
import { decodeRecord, decodeValue } from "./record-codec.ts";
import type { Row } from "./sql-connections.ts";
import type { Column } from "./sql-dialect.ts";
import type { SqlContext } from "./sql-context.ts";
import { slot } from "./statement.ts";
import type { Statement } from "./statement.ts";
import { bodyColumn, columnOf, recordColumns } from "./tables.ts";
import type { Table } from "./tables.ts";
import { allOf, ownRows, wherePredicate } from "./where.ts";
import type { Predicate } from "./where.ts";

/** All that a page's text depends on. */
interface PageForm {
  readonly where: BoundCondition;
  /** The ranges behind the place; undefined for a page from the start. */
  readonly behind: readonly BoundCondition[] | undefined;
  readonly order: readonly OrderTerm[];
  readonly omitBody: boolean;
}

/**
 * One page, never by an offset: the ranges behind the place, each read along an index up to the limit, then joined.
 * A page without a place is one range. Pages of one form are compiled once.
 */
export function pageStatement(context: SqlContext, table: Table, tenant: string, query: DriverQuery): Statement {
  const { type, order, after, limit, omitBody } = query;
  const bound = new BoundValues(context.dialect, [tenant, type, limit]);
  const where = bindCondition(table, query.where, bound);
  const behind = after === undefined ? undefined : rangesBehind(table, order, after, bound);
  const form: PageForm = { where, behind, order, omitBody };
  const template = context.templates.get(table, `page ${JSON.stringify(form)}`, () =>
    compilePage(context, table, form),
  );
  return bound.bind(template);
}

function compilePage({ builder, dialect }: SqlContext, table: Table, { behind, ...form }: PageForm): Statement {
  const own = allOf([ownRows(table, slot(0), slot(1)), wherePredicate(dialect, form.where)]);
  const ordering = orderBy(table, form.order);
  const limit = dialect.pageLimit?.(slot(2)) ?? slot<number>(2);
  const rangeOf = (range: Predicate) =>
    builder
      .selectFrom(table.name)
      .select([...pageColumns(table, form)])
      .where(range)
      .orderBy(ordering)
      .limit(limit);
  const ranges = behind?.map((each) => allOf([own, wherePredicate(dialect, each)])) ?? [own];
  const [first, ...rest] = ranges.map((range, rank) => {
    const ranked = rangeOf(range).select(sql.lit(rank).as("_rank"));
    return builder.selectFrom(ranked.as("range")).selectAll();
  });
  if (first === undefined || rest.length === 0) return rangeOf(ranges[0] ?? own).compile();
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
  return rows.map((row) => new FoundRow(decodeRecord(tenant, type, row), row, columns));
}

/** A place is made where one is asked for it: of a page, for the first and the last record at most. */
class FoundRow implements FoundRecord {
  readonly record: RecordText;
  readonly #row: Row;
  readonly #columns: readonly Column[];

  constructor(record: RecordText, row: Row, columns: readonly Column[]) {
    this.record = record;
    this.#row = row;
    this.#columns = columns;
  }

  get place(): readonly Scalar[] {
    return this.#columns.map((column) => decodeValue(column, this.#row[column.name]));
  }
}

function pageColumns(table: Table, { order, omitBody }: Pick<PageForm, "order" | "omitBody">): ReadonlySet<string> {
  const columns = new Set(recordColumns.map(({ name }) => name));
  if (!omitBody) columns.add(bodyColumn.name);
  for (const { field } of order) columns.add(columnOf(table, field).name);
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
