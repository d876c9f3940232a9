import { setImmediate } from "node:timers/promises";

import { completeFields } from "../complete-fields.ts";
import type { RecordRow } from "../record-batches.ts";
import { decodeValue, encodeRecord, readChange } from "../record-codec.ts";
import { forgetOutdated, noteOutdated, upsertRecords } from "../row-statements.ts";
import type { SqlContext } from "../sql-context.ts";
import type { Statement } from "../statement.ts";
import type { Table } from "../tables.ts";
import { problemText } from "./outdated.ts";

/** Documents that are looked at before the event loop has its turn. */
const documentsPerTurn = 200;

/** Where records of a type are read, and the table with all columns that they are brought into: the same, perhaps. */
export interface Way {
  readonly type: string;
  readonly from: Table;
  readonly into: Table;
}

/**
 * The statements that write records of one type into a table with all its columns: versions, times and places in the
 * feed stay, and so do the documents, which are lifted only to see what the columns hold. Those that cannot be brought
 * over are noted, with the reason where it is theirs.
 */
export async function bringOver(
  context: SqlContext,
  { from, into, type }: Way,
  batch: readonly RecordRow[],
): Promise<Statement[]> {
  const rows: (readonly unknown[])[] = [];
  const done: RecordRow["record"][] = [];
  const noted: Parameters<typeof noteOutdated>[1][number][] = [];
  for (const [at, { record, row }] of batch.entries()) {
    if (at % documentsPerTurn === documentsPerTurn - 1) await setImmediate();
    try {
      const { fields, isOutdated } = completeFields(context, into, record);
      rows.push(encodeRecord(context.dialect, into, record, fields, readChange(row)));
      if (isOutdated) noted.push(record);
      else done.push(record);
    } catch (thrown) {
      noted.push(problemText(record, thrown));
      const kept = new Map(from.fields.map((column) => [column.field, decodeValue(column, row[column.name])]));
      rows.push(encodeRecord(context.dialect, into, record, kept, readChange(row)));
    }
  }
  return [
    ...upsertRecords(context, into, rows),
    ...noteOutdated(context, noted),
    ...forgetOutdated(context, type, done),
  ];
}
