import { encodeColumnText } from "@holdfast/core";
import type { Condition, DriverQuery, FoundRecord, Reader, RecordText, Scalar } from "@holdfast/core";
import { sql } from "kysely";

import { bindCondition, BoundValues } from "./bind-condition.ts";
import { foundRecords, pageStatement } from "./page.ts";
import { decodeRecord, decodeValue, readId, readNumber } from "./record-codec.ts";
import type { Row } from "./sql-connections.ts";
import { selectAtIds } from "./select-at-ids.ts";
import type { SqlContext } from "./sql-context.ts";
import { slot } from "./statement.ts";
import type { Statement } from "./statement.ts";
import { bodyColumn, columnOf, recordColumns } from "./tables.ts";
import type { Table } from "./tables.ts";
import { allOf, ownRows, wherePredicate } from "./where.ts";

export interface RowsRead {
  /** The table that the statement was made for. */
  readonly table: Table;
  readonly rows: readonly Row[];
}

/** The four reads; each is one statement, so each sees one moment. */
export abstract class SqlReader implements Reader {
  /** Runs a statement for the table that a type stands in. */
  protected abstract readRows(type: string, statementFor: (table: Table) => Statement): Promise<RowsRead>;
  protected abstract get context(): SqlContext;

  async get(tenant: string, type: string, ids: readonly string[]): Promise<readonly (RecordText | undefined)[]> {
    if (ids.length === 0) return [];
    const { rows } = await this.readRows(type, (table) => getStatement(this.context, table, tenant, type, ids));
    return recordsAt(tenant, type, ids, rows);
  }

  async find(tenant: string, query: DriverQuery): Promise<readonly FoundRecord[]> {
    const { table, rows } = await this.readRows(query.type, (into) => pageStatement(this.context, into, tenant, query));
    return foundRecords(table, tenant, query, rows);
  }

  async count(tenant: string, type: string, where: Condition): Promise<number> {
    const { rows } = await this.readRows(type, (table) => countStatement(this.context, table, { tenant, type, where }));
    return rows[0] === undefined ? 0 : readNumber(rows[0], "_count");
  }

  async countBy(tenant: string, type: string, field: string, where: Condition): Promise<ReadonlyMap<Scalar, number>> {
    const { table, rows } = await this.readRows(type, (into) =>
      countStatement(this.context, into, { tenant, type, where, by: columnOf(into, field).name }),
    );
    const column = columnOf(table, field);
    return new Map(rows.map((row) => [decodeValue(column, row[column.name]), readNumber(row, "_count")]));
  }
}

interface Counting {
  readonly tenant: string;
  readonly type: string;
  readonly where: Condition;
  /** The column whose values are counted each. */
  readonly by?: string;
}

function countStatement(context: SqlContext, table: Table, { tenant, type, where, by }: Counting): Statement {
  const { builder, dialect, templates } = context;
  const bound = new BoundValues(dialect, [tenant, type]);
  const condition = bindCondition(table, where, bound);
  const template = templates.get(table, `count ${JSON.stringify({ by, condition })}`, () => {
    const own = allOf([ownRows(table, slot(0), slot(1)), wherePredicate(dialect, condition)]);
    const counted = builder
      .selectFrom(table.name)
      .where(own)
      .select(sql`count(*)`.as("_count"));
    return (by === undefined ? counted : counted.select(by).groupBy(by)).compile();
  });
  return bound.bind(template);
}

/** The records that `getStatement` found, in the order asked. */
export function recordsAt(
  tenant: string,
  type: string,
  ids: readonly string[],
  rows: readonly Row[],
): readonly (RecordText | undefined)[] {
  const [row] = rows;
  if (ids.length === 1) return [row && decodeRecord(tenant, type, row)];
  const found = new Map(rows.map((each) => [readId(each), each]));
  return ids.map((id) => {
    const own = found.get(id);
    return own && decodeRecord(tenant, type, own);
  });
}

export function getStatement(
  context: SqlContext,
  table: Table,
  tenant: string,
  type: string,
  ids: readonly string[],
): Statement {
  const rows = { about: table, name: "get", from: table.name, keyed: table, columns: gotColumns };
  const encoded = ids.map(encodeColumnText);
  return selectAtIds(context, rows, { tenant, type, ids: ids.length === 1 ? encoded : [...new Set(encoded)] });
}

const gotColumns = [...recordColumns, bodyColumn].map(({ name }) => name);
