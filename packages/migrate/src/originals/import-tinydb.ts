import { parentsFirst, type Store, type StoreSession } from "@holdfast/core";

import { checkBatch } from "../batch-size.ts";
import { withSignal } from "../with-signal.ts";
import { ImportLedger } from "./import-ledger.ts";
import type { ImportReport, WrittenReport } from "./import-report.ts";
import { ImportWriter } from "./import-writer.ts";
import { inTurns } from "./paused-work.ts";
import type { TinyDbOptions } from "./tinydb.ts";
import { findRows } from "./tinydb-file.ts";
import { type RowOptions, TinyDbReader } from "./tinydb-reader.ts";
import { bytesOf, type TinyDbSource } from "./tinydb-source.ts";

export interface ImportTinyDbOptions extends Omit<TinyDbOptions, "tenant"> {
  /** Records that are written at once, from 1 to 10,000. @default 1_000 */
  readonly batch?: number;
  /** Told after each batch how many of the rows that can be records are done. */
  readonly onProgress?: (progress: { readonly done: number; readonly rows: number }) => void;
  /** Given what stands behind the end of the file's data, where something does, before anything is written. */
  readonly onLeftOver?: (bytes: Uint8Array) => void | Promise<void>;
  /** Ends the import with ABORTED; what was written stays, and the next import goes on from there. */
  readonly signal?: AbortSignal;
}

/**
 * Imports a file in TinyDB's format into the tenant of a store, as `readTinyDb` reads it. Rows without a time count as
 * created now, where none of the file has one. The store need not be empty, and nothing in it is changed: a record that
 * it holds already is left out, as unchanged where it is the same and as refused where it is not. So an import that was
 * interrupted is simply made again, and one that is made twice writes nothing the second time.
 *
 * With `onProblem: "fail"` all is written in one transaction: it fails with INVALID_ENTITY for a row that would have to
 * be changed or refused, CONFLICT for one that the store holds otherwise, or with what the store says, and nothing is
 * written. STORE_CORRUPT where the file is damaged; STORE_UNAVAILABLE where it cannot be read.
 */
export async function importTinyDb(
  source: TinyDbSource,
  store: Store,
  options: ImportTinyDbOptions = {},
): Promise<WrittenReport> {
  const batch = checkBatch(options.batch);
  const target = withSignal(store, options.signal);
  const reader = await openReader(source, options);
  const types = reader.tables.map(({ type }) => type);
  const rows = {
    ...rowOptions(options, reader.earliest ?? (await target.now())),
    tenant: store.tenantName,
    order: parentsFirst(types, store.layout),
  };
  const turn = { reader, rows, batch, options };
  if (options.onProblem !== "fail") return await importRows(target, turn);
  // What the file says for itself is known before anything is written.
  await inTurns(reader.rows(new ImportLedger("fail"), rows), options.signal);
  return await target.transaction((session) => importRows(session, turn), { timeoutMs: Infinity });
}

/** What an import of the file into an empty store would take, change and refuse; its errors are those of the import. */
export async function inspectTinyDb(
  source: TinyDbSource,
  options: Omit<ImportTinyDbOptions, "batch" | "onProgress"> = {},
): Promise<ImportReport> {
  const reader = await openReader(source, options);
  const ledger = new ImportLedger(options.onProblem);
  await inTurns(reader.rows(ledger, rowOptions(options, 0)), options.signal);
  return ledger.report;
}

async function openReader(
  source: TinyDbSource,
  { onLeftOver, signal }: Pick<ImportTinyDbOptions, "onLeftOver" | "signal">,
): Promise<TinyDbReader> {
  const file = await inTurns(findRows(await bytesOf(source)), signal);
  const { leftOver } = file;
  if (leftOver !== undefined) await onLeftOver?.(file.bytes.subarray(leftOver.start, leftOver.end));
  return new TinyDbReader(file);
}

function rowOptions(options: TinyDbOptions, earliest: number): RowOptions {
  const { created = earliest, listOrder = "docIdText", redact = false } = options;
  return { created, listOrder, redact };
}

interface Turn {
  readonly reader: TinyDbReader;
  readonly rows: RowOptions;
  readonly batch: number;
  readonly options: ImportTinyDbOptions;
}

async function importRows(target: StoreSession, { reader, rows, batch, options }: Turn): Promise<WrittenReport> {
  const ledger = new ImportLedger(options.onProblem);
  const writer = new ImportWriter(target, ledger);
  const total = reader.tables.reduce((sum, table) => sum + table.rows.length, 0);
  const onBatch = (done: number): void => options.onProgress?.({ done, rows: total });
  await writer.write(reader.rows(ledger, rows), batch, onBatch);
  return { ...ledger.report, ...writer.counts };
}
