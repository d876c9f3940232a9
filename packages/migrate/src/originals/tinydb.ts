import {
  checkId,
  defaultTenant,
  HoldfastError,
  isJsonObject,
  isTypeName,
  type JsonObject,
  type JsonValue,
  type StoredRecord,
} from "@holdfast/core";

import { renameFields } from "./tinydb-fields.ts";

export interface TinyDbOptions {
  /** When the first row counts as created, in microseconds since the epoch; each row after it one microsecond later. */
  readonly created: number;
  /** @default "default" */
  readonly tenant?: string;
}

export interface TinyDbTable {
  readonly table: string;
  /** Rows in the file. */
  readonly rows: number;
  /** Rows that became records. */
  readonly records: number;
}

/** A row that cannot be a record, whole as it stood in the file. */
export interface SkippedRow {
  readonly table: string;
  /** Its document number. */
  readonly number: string;
  readonly reason: string;
  readonly row: JsonValue;
}

export interface TinyDbReport {
  readonly tables: readonly TinyDbTable[];
  readonly skipped: readonly SkippedRow[];
}

export interface TinyDbImport {
  /** To be written with `restore`. Each with version 1; table by table, in the order of document numbers. */
  readonly records: readonly StoredRecord[];
  readonly report: TinyDbReport;
}

/**
 * Reads the text of a file in TinyDB's format, `{ table: { number: document } }`. Each table becomes a type and each
 * document a record under its `id`, in the order of document numbers. The known fields of jobs and cases are renamed to
 * camelCase; all other fields and all values, times among them, stay as they are. Nothing is left out in silence: a row
 * that cannot be a record (no id, an id twice, a table whose name no type can have) is in the report, whole.
 * An empty text is an empty file. STORE_CORRUPT where the text is not JSON or not of that form.
 */
export function readTinyDb(text: string, options: TinyDbOptions): TinyDbImport {
  const records: StoredRecord[] = [];
  const skipped: SkippedRow[] = [];
  const tables = Object.entries(parseTables(text)).map(([table, held]): TinyDbTable => {
    const rows = numberedRows(table, held);
    const ids = new Set<string>();
    for (const [number, row] of rows) {
      const found = identify(table, row, ids);
      if ("reason" in found) {
        skipped.push({ table, number, row, reason: found.reason });
        continue;
      }
      ids.add(found.id);
      records.push(newRecord(table, found.id, found.row, { ...options, created: options.created + records.length }));
    }
    return { table, rows: rows.length, records: ids.size };
  });
  return { records, report: { tables, skipped } };
}

function parseTables(text: string): JsonObject {
  if (text === "") return {};
  const root = parse(text);
  if (root === null) return {};
  if (isJsonObject(root)) return root;
  throw corrupt("the file does not hold an object of tables");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw corrupt("the file is not JSON", cause);
  }
}

/** The rows of a table by their numbers; those whose key is no number come last. */
function numberedRows(table: string, held: JsonValue): readonly (readonly [string, JsonValue])[] {
  if (!isJsonObject(held)) throw corrupt(`the table "${table}" is not an object of rows`);
  const order = (key: string): number => (/^\d+$/.test(key) ? Number(key) : Infinity);
  return Object.entries(held).sort(([a], [b]) => (order(a) === order(b) ? 0 : order(a) - order(b)));
}

/** The id and the document of a row, or why it cannot be a record. */
function identify(
  table: string,
  row: JsonValue,
  taken: ReadonlySet<string>,
): { readonly id: string; readonly row: JsonObject } | { readonly reason: string } {
  if (!isTypeName(table)) return { reason: "its table has a name that no type can have" };
  if (!isJsonObject(row)) return { reason: "is not an object" };
  const { id } = row;
  if (id === undefined) return { reason: "has no id" };
  try {
    checkId(id);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
  return taken.has(id) ? { reason: "has the id of an earlier row" } : { id, row };
}

function newRecord(type: string, id: string, row: JsonObject, options: TinyDbOptions): StoredRecord {
  const { created, tenant = defaultTenant } = options;
  const body = renameFields(type, row);
  return { type, tenant, id, version: 1, documentVersion: 1, created, updated: created, body };
}

function corrupt(message: string, cause?: unknown): HoldfastError {
  return new HoldfastError(message, { code: "STORE_CORRUPT", cause });
}
