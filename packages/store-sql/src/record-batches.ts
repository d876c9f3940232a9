import { sql } from "kysely";
import type { RecordText } from "@holdfast/core";

import type { RunStatements } from "./model-cache.ts";
import { decodeRecord, readText } from "./record-codec.ts";
import type { Row } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";
import type { Statement } from "./statement.ts";
import { allColumns, keyColumns, typeColumn } from "./tables.ts";
import type { Table } from "./tables.ts";
import { allOf } from "./where.ts";
import type { Predicate } from "./where.ts";

export interface RecordRow {
  readonly record: RecordText;
  /** All columns, as they were read. */
  readonly row: Row;
}

const rowsAtOnce = 500;

/** All records of a table, of all tenants, in the order of their keys; of one type only where one is given. */
export async function* recordBatches(
  context: SqlContext,
  run: RunStatements,
  table: Table,
  type?: string,
): AsyncGenerator<readonly RecordRow[]> {
  let last: Row | undefined;
  do {
    const [result] = await run([batchStatement(context, table, type, last)]);
    const rows = result?.rows ?? [];
    if (rows.length > 0) yield rows.map((row) => ({ record: recordOf(table, row), row }));
    last = rows.length < rowsAtOnce ? undefined : rows.at(-1);
  } while (last !== undefined);
}

function batchStatement(
  { builder }: SqlContext,
  table: Table,
  type: string | undefined,
  last: Row | undefined,
): Statement {
  const key = [...keyColumns(table).map(({ name }) => name), "_id"];
  const columns = sql.join(key.map((name) => sql.ref(name)));
  const own: Predicate[] = type === undefined ? [] : [sql`${sql.ref(typeColumn.name)} = ${type}`];
  if (last !== undefined) own.push(sql`(${columns}) > (${sql.join(key.map((name) => sql`${last[name]}`))})`);
  return builder
    .selectFrom(table.name)
    .select(allColumns(table).map(({ name }) => name))
    .where(allOf(own))
    .orderBy(columns)
    .limit(rowsAtOnce)
    .compile();
}

function recordOf(table: Table, row: Row): RecordText {
  return decodeRecord(readText(row, "_tenant"), table.layout?.type ?? readText(row, "_type"), row);
}
