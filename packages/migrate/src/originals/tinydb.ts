import type { StoredRecord } from "@holdfast/core";

import { ImportLedger } from "./import-ledger.ts";
import type { ImportReport, OnProblem } from "./import-report.ts";
import { atOnce } from "./paused-work.ts";
import { utf8 } from "./read-json.ts";
import { findRows } from "./tinydb-file.ts";
import { TinyDbReader } from "./tinydb-reader.ts";

export interface TinyDbOptions {
  /**
   * When the first row counts as created, in microseconds since the epoch; each row after it one microsecond later, so
   * that records are listed in the order of the file's rows.
   * @default the earliest `created_at` of the file's rows, read as UTC; 0 where there is none
   */
  readonly created?: number;
  /**
   * In which order rows follow each other: by their document numbers compared as texts (1, 10, 2), which is how the
   * original gives them, or by the numbers themselves, which is how they were inserted. @default "docIdText"
   */
  readonly listOrder?: "docIdText" | "insertion";
  /** What becomes of rows that cannot be taken as they stand. @default "report" */
  readonly onProblem?: OnProblem;
  /** Replaces `account.api_key` of cases and the values of `agent_parameters` of jobs by "[redacted]". @default false */
  readonly redact?: boolean;
  /** @default "default" */
  readonly tenant?: string;
}

export interface TinyDbImport {
  /** To be written with `restore`. Each with version 1; table by table, in the order of the rows. */
  readonly records: readonly StoredRecord[];
  readonly report: ImportReport;
}

/**
 * Reads a file in TinyDB's format, `{ table: { number: document } }`: its bytes, or its text. Each table becomes a type
 * and each document a record under its `id`. The known fields of jobs and cases are renamed to camelCase; all other
 * fields and all values, times among them, stay as they are, but for those that no document of a store can hold: the
 * report tells each with its path. Nothing is left out in silence: a row that cannot be a record is in the report, whole.
 *
 * No bytes at all, `null` and `{}` are empty files. What stands behind a whole root is left over from before the file
 * was last written: the root is taken, and the rest reported. STORE_CORRUPT with line, column and byte where there is no
 * whole root; INVALID_ENTITY for the first problem where `onProblem` is "fail".
 */
export function readTinyDb(source: Uint8Array | string, options: TinyDbOptions = {}): TinyDbImport {
  const reader = new TinyDbReader(atOnce(findRows(typeof source === "string" ? utf8(source) : source)));
  const ledger = new ImportLedger(options.onProblem);
  const { created = reader.earliest ?? 0, listOrder = "docIdText", redact = false, tenant } = options;
  const rows = reader.rows(ledger, { created, listOrder, redact, tenant });
  const records = Array.from(rows, ({ record }) => record);
  return { records, report: ledger.report };
}
