import { decodeColumnText, encodeColumnText, HoldfastError } from "@holdfast/core";
import type { FieldValues, JsonObject, RecordText, Scalar } from "@holdfast/core";

import type { Row } from "./sql-connections.ts";
import type { Column, SqlDialect } from "./sql-dialect.ts";
import { changeColumn } from "./tables.ts";
import type { Table } from "./tables.ts";

/** A value as a column of its kind is bound to it. */
export function encodeValue(dialect: SqlDialect, value: Scalar): unknown {
  if (typeof value === "string") return encodeColumnText(value);
  return typeof value === "boolean" ? dialect.bindBoolean(value) : value;
}

/** A value as it was before `encodeValue`. */
export function decodeValue(column: Column, value: unknown): Scalar {
  if (value === null || value === undefined) return null;
  if (column.kind === "string" && typeof value === "string") return decodeColumnText(value);
  if (column.kind === "boolean") return value === true || value === 1;
  if (typeof value === "number") return value;
  throw corrupt(column.name);
}

/** A row's values, in the order of `allColumns`. */
export function encodeRecord(
  dialect: SqlDialect,
  table: Table,
  record: RecordText,
  fields: FieldValues,
  change: bigint,
): readonly unknown[] {
  const { tenant, type, id, version, documentVersion, created, updated, text } = record;
  const key = table.layout === undefined ? [tenant, type] : [tenant];
  const values = table.fields.map(({ field }) => encodeValue(dialect, fields.get(field) ?? null));
  return [...key, encodeColumnText(id), version, documentVersion, created, updated, change, text, ...values];
}

/** A row of `recordColumns`, with the body where it was read. */
export function decodeRecord(tenant: string, type: string, row: Row): RecordText {
  const id = readId(row);
  const key = { tenant, type, id };
  return {
    type,
    tenant,
    id,
    version: readNumber(row, "_version", key),
    documentVersion: readNumber(row, "_document_version", key),
    created: readNumber(row, "_created", key),
    updated: readNumber(row, "_updated", key),
    text: "_body" in row ? readText(row, "_body", key) : "{}",
  };
}

export function readId(row: Row): string {
  return decodeColumnText(readText(row, "_id"));
}

/** `key`: of the record, for the error. */
export function readText(row: Row, name: string, key?: JsonObject): string {
  const value = row[name];
  if (typeof value === "string") return value;
  throw corrupt(name, key);
}

/** A number of 64 bits that JavaScript would round is none that was written. `key`: of the record, for the error. */
export function readNumber(row: Row, name: string, key?: JsonObject): number {
  const value = row[name];
  if (Number.isSafeInteger(value)) return Number(value);
  throw corrupt(name, key);
}

/** The number of a change, which databases give as a number or as text. */
export function readChange(row: Row): bigint {
  const value = row[changeColumn.name];
  if (typeof value === "string" && /^\d+$/.test(value)) return BigInt(value);
  return BigInt(readNumber(row, changeColumn.name));
}

function corrupt(column: string, key: JsonObject = {}): HoldfastError {
  return new HoldfastError(`the column "${column}" holds what was never written there`, {
    code: "STORE_CORRUPT",
    details: { column, ...key },
  });
}
