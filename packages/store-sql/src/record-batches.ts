import { sql } from "kysely";
import type { RecordText } from "@holdfast/core";

import type { RunStatements } from "./model-cache.ts";
import { decodeRecord, readText } from "./record-codec.ts";
import type { Row } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";
import { allColumns, idColumn, keyColumns } from "./tables.ts";
import type { Table } from "./tables.ts";
import { allOf } from "./where.ts";
import type { Predicate } from "./where.ts";

export interface RecordRow {
  readonly record: RecordText;
  /** All columns, as they were read. */
  readonly row: Row;
}

const rowsAtOnce = 500;

/** Which records of a table to read: those that meet a condition, behind a place in the order of their keys. */
export interface BatchOf {
  readonly where?: Predicate;
  /** A row that has at least the columns of the key. */
  readonly after?: Row | undefined;
  readonly limit: number;
  /** Whether nobody may change the rows before the transaction ends. @default false */
  readonly isHeld?: boolean;
}

/** All rows of a table, of all tenants, in the order of their keys. */
export async function* rowBatches(
  context: SqlContext,
  run: RunStatements,
  table: Table,
): AsyncGenerator<readonly Row[]> {
  let after: Row | undefined;
  do {
    const batch = await readRows(context, run, table, { after, limit: rowsAtOnce });
    if (batch.length > 0) yield batch;
    after = batch.length < rowsAtOnce ? undefined : batch.at(-1);
  } while (after !== undefined);
}

export async function readBatch(
  context: SqlContext,
  run: RunStatements,
  table: Table,
  of: BatchOf,
): Promise<readonly RecordRow[]> {
  const rows = await readRows(context, run, table, of);
  return rows.map((row) => ({ record: recordOf(table, row), row }));
}

async function readRows(
  { builder, dialect }: SqlContext,
  run: RunStatements,
  table: Table,
  { where = allOf([]), after, limit, isHeld = false }: BatchOf,
): Promise<readonly Row[]> {
  const key = keyNames(table);
  const columns = sql.join(key.map((name) => sql.ref(name)));
  const behind: Predicate =
    after === undefined ? allOf([]) : sql`(${columns}) > (${sql.join(key.map((name) => sql`${after[name]}`))})`;
  const select = builder
    .selectFrom(table.name)
    .select(allColumns(table).map(({ name }) => name))
    .where(allOf([where, behind]))
    .orderBy(columns)
    .limit(limit);
  const [result] = await run([(isHeld ? select.modifyEnd(dialect.shareLock) : select).compile()]);
  return result?.rows ?? [];
}

/** The place of a row in the order of keys. */
export function placeOf(table: Table, row: Row): Row {
  return Object.fromEntries(keyNames(table).map((name) => [name, row[name]]));
}

function keyNames(table: Table): readonly string[] {
  return [...keyColumns(table), idColumn].map(({ name }) => name);
}

/** STORE_CORRUPT with the record's key where a column holds what was never written there. */
export function recordOf(table: Table, row: Row): RecordText {
  return decodeRecord(readText(row, "_tenant"), table.layout?.type ?? readText(row, "_type"), row);
}
