import type { Store, StoreSession } from "@holdfast/core";
import type { DatabaseSync } from "node:sqlite";

import { checkBatch } from "../../batch-size.ts";
import { collections } from "../../collections.ts";
import { pagesInOrder } from "../../read-pages.ts";
import { withSignal } from "../../with-signal.ts";
import { ImportLedger } from "../import-ledger.ts";
import type { ImportReport } from "../import-report.ts";
import { createTables, insertRow } from "./create-tables.ts";
import { newDatabase } from "./new-database.ts";
import { rowValues } from "./row-values.ts";
import { knownTables, type KnownTable } from "./tables.ts";

export interface ExportStateStoreOptions {
  /** Records that are read at once, from 1 to 10,000. @default 1_000 */
  readonly batch?: number;
  /** Ends the export with ABORTED, and leaves no file. */
  readonly signal?: AbortSignal;
}

/**
 * Writes the runs, items and telemetry of a store's tenant into a new database that the StateStore opens as its own: the
 * same tables, columns and indexes, JSON as Python writes it, rows in the order in which the records were created. All of
 * it is of one moment. What has no place there, such as other types, versions and tombstones, is not exported; the report
 * names every type, and every field of a record, that is left out or could not stay as it is. Imported again, the
 * database gives the same records.
 *
 * INVALID_CONFIG where something stands at the path already: nothing is ever replaced. STORE_FULL, STORE_READ_ONLY and
 * what else a file system says; then there is no file.
 */
export async function exportStateStore(
  store: Store,
  path: string,
  options: ExportStateStoreOptions = {},
): Promise<ImportReport> {
  const batch = checkBatch(options.batch);
  const source = withSignal(store, options.signal);
  let report: ImportReport = { tables: [], problems: [] };
  await newDatabase(path, async (database) => {
    for (const statement of createTables) database.exec(statement);
    const work = async (session: StoreSession): Promise<ImportReport> => {
      const ledger = new ImportLedger();
      for (const known of knownTables) {
        database.exec(`DELETE FROM ${known.table}`);
        await writeTable(database, known, { session, ledger, batch });
      }
      return ledger.report;
    };
    report = await source.transaction(work, { readOnly: true, timeoutMs: Infinity });
  });
  return { ...report, problems: [...report.problems, ...(await leftOut(source))] };
}

interface TableExport {
  readonly session: StoreSession;
  readonly ledger: ImportLedger;
  readonly batch: number;
}

async function writeTable(
  database: DatabaseSync,
  known: KnownTable,
  { session, ledger, batch }: TableExport,
): Promise<void> {
  const { table, type } = known;
  const insert = database.prepare(insertRow(known));
  ledger.addTable({ table, type, rows: await session.count(type) });
  let row = 0;
  for await (const records of pagesInOrder(session, type, batch)) {
    for (const record of records) {
      const { values, problems } = rowValues(known, record);
      row += Number(insert.run(...values).changes);
      for (const problem of problems) ledger.change({ table, row: String(row), id: record.id, ...problem });
    }
  }
}

async function leftOut(store: Store): Promise<ImportReport["problems"]> {
  const others = (await collections(store)).filter(
    ({ tenant, type, records }) =>
      tenant === store.tenantName && records > 0 && knownTables.every((known) => known.type !== type),
  );
  return others.map(({ type, records }) => {
    return {
      kind: "noted",
      table: type,
      reason: `the StateStore has no table for it: ${records} records are left out`,
    };
  });
}
