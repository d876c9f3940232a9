import { encodeColumnText } from "@holdfast/core";
import type { Condition, DriverQuery, FoundRecord, Reader, RecordText, Scalar } from "@holdfast/core";
import { sql } from "kysely";

import { foundRecords, pageStatement } from "./page.ts";
import { decodeRecord, decodeValue, readId, readNumber } from "./record-codec.ts";
import type { Row } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";
import { slot } from "./statement.ts";
import type { Statement } from "./statement.ts";
import { bodyColumn, columnOf, idColumn, recordColumns } from "./tables.ts";
import type { Table } from "./tables.ts";
import { allOf, ownRows, wherePredicate } from "./where.ts";
import type { Predicate } from "./where.ts";

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
    const found = new Map(rows.map((row) => [readId(row), row]));
    return ids.map((id) => {
      const row = found.get(id);
      return row === undefined ? undefined : decodeRecord(tenant, type, row);
    });
  }

  async find(tenant: string, query: DriverQuery): Promise<readonly FoundRecord[]> {
    const { builder, dialect } = this.context;
    const { table, rows } = await this.readRows(query.type, (into) =>
      pageStatement(builder, dialect, into, tenant, query),
    );
    return foundRecords(table, tenant, query, rows);
  }

  async count(tenant: string, type: string, where: Condition): Promise<number> {
    const { rows } = await this.readRows(type, (table) =>
      this.#counting(table, tenant, type, where)
        .select(sql`count(*)`.as("_count"))
        .compile(),
    );
    return rows[0] === undefined ? 0 : readNumber(rows[0], "_count");
  }

  async countBy(tenant: string, type: string, field: string, where: Condition): Promise<ReadonlyMap<Scalar, number>> {
    const { table, rows } = await this.readRows(type, (into) => {
      const { name } = columnOf(into, field);
      const counts = this.#counting(into, tenant, type, where).groupBy(name);
      return counts.select([name, sql`count(*)`.as("_count")]).compile();
    });
    const column = columnOf(table, field);
    return new Map(rows.map((row) => [decodeValue(column, row[column.name]), readNumber(row, "_count")]));
  }

  #counting(table: Table, tenant: string, type: string, where: Condition) {
    const { builder, dialect } = this.context;
    return builder
      .selectFrom(table.name)
      .where(allOf([ownRows(table, tenant, type), wherePredicate(dialect, table, where)]));
  }
}

function getStatement(
  context: SqlContext,
  table: Table,
  tenant: string,
  type: string,
  ids: readonly string[],
): Statement {
  const { dialect, templates } = context;
  const encoded = [...new Set(ids.map(encodeColumnText))];
  if (encoded.length === 1) {
    const one = templates.get(table, "get one", () => {
      return selectRecords(context, table, sql`${sql.ref(idColumn.name)} = ${slot(2)}`);
    });
    return one.bind([tenant, type, encoded[0]]);
  }
  const many = templates.get(table, "get many", () => {
    return selectRecords(context, table, dialect.among(sql.ref(idColumn.name), idColumn.kind, slot(2)));
  });
  return many.bindAnew([tenant, type, dialect.bindList(idColumn.kind, encoded)]);
}

function selectRecords({ builder }: SqlContext, table: Table, predicate: Predicate): Statement {
  const columns = [...recordColumns, bodyColumn].map(({ name }) => name);
  const own = allOf([ownRows(table, slot(0), slot(1)), predicate]);
  return builder.selectFrom(table.name).select(columns).where(own).compile();
}
