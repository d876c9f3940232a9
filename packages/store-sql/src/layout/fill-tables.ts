import { recordBatches } from "../record-batches.ts";
import type { RecordRow } from "../record-batches.ts";
import { encodeRecord, readChange } from "../record-codec.ts";
import { completeFields } from "../round-changes.ts";
import { deleteRecords, upsertRecords } from "../row-statements.ts";
import type { SqlContext } from "../sql-context.ts";
import { sharedTable } from "../tables.ts";
import type { Table } from "../tables.ts";
import type { Upgrade } from "./upgrade.ts";

/** Moves the records of a newly declared type to their own table, a batch at a time: versions, times and places in the feed stay. */
export async function moveRecords({ context, run }: Upgrade, table: Table): Promise<void> {
  for await (const batch of recordBatches(context, run, sharedTable, table.name)) {
    const keys = batch.map(({ record }) => record);
    await run([
      ...upsertRecords(context, table, rowsFor(context, table, batch)),
      ...deleteRecords(context, sharedTable, table.name, keys),
    ]);
  }
}

/** Writes the columns of a table anew from its documents, a batch at a time: versions, times and places in the feed stay. */
export async function fillColumns({ context, run }: Upgrade, table: Table): Promise<void> {
  for await (const batch of recordBatches(context, run, table)) {
    await run([...upsertRecords(context, table, rowsFor(context, table, batch))]);
  }
}

function* rowsFor(context: SqlContext, table: Table, batch: readonly RecordRow[]): Generator<readonly unknown[]> {
  for (const { record, row } of batch) {
    yield encodeRecord(context.dialect, table, record, completeFields(table, record, new Map()), readChange(row));
  }
}
