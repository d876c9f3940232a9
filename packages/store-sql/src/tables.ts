import { HoldfastError } from "@holdfast/core";
import type { TypeLayout } from "@holdfast/core";

import { columnName } from "./identifiers.ts";
import type { Column } from "./sql-dialect.ts";

export const epochTable = "holdfast_epoch";
export const clockTable = "holdfast_clock";
export const recordsTable = "holdfast_records";
export const tombstonesTable = "holdfast_tombstones";
/** One row: what the feed of changes rests on. */
export const feedTable = "holdfast_feed";

export interface FieldColumn extends Column {
  readonly field: string;
}

/** A table of records: of one declared type, or the one that all undeclared types share. */
export interface Table {
  readonly name: string;
  /** Undefined for the shared table, whose keys have `_type` in second place. */
  readonly layout: TypeLayout | undefined;
  readonly fields: readonly FieldColumn[];
}

const id: Column = { name: "_id", kind: "string" };
const version: Column = { name: "_version", kind: "integer" };
const created: Column = { name: "_created", kind: "integer" };
const updated: Column = { name: "_updated", kind: "integer" };
const documentVersion: Column = { name: "_document_version", kind: "integer" };
export const bodyColumn: Column = { name: "_body", kind: "document" };
export const tenantColumn: Column = { name: "_tenant", kind: "string" };
export const typeColumn: Column = { name: "_type", kind: "string" };
export const idColumn = id;
/** The number of the change that left a record or a tombstone as it is. */
export const changeColumn: Column = { name: "_change", kind: "change" };

/** The columns that every record has, but for its key's first parts and its body. */
export const recordColumns: readonly Column[] = [id, version, documentVersion, created, updated];

export const tombstoneColumns: readonly Column[] = [
  tenantColumn,
  typeColumn,
  id,
  version,
  { name: "_deleted", kind: "integer" },
  changeColumn,
];

const systemColumns: ReadonlyMap<string, Column> = new Map([
  ["id", id],
  ["version", version],
  ["createdAt", created],
  ["updatedAt", updated],
]);

export const sharedTable: Table = { name: recordsTable, layout: undefined, fields: [] };

export function declaredTable(layout: TypeLayout): Table {
  const fields = layout.fields.map(({ name, kind }) => ({ field: name, name: columnName(name), kind }));
  return { name: layout.type, layout, fields };
}

/** The columns in front of `_id` in every key. */
export function keyColumns(table: Table): readonly Column[] {
  return table.layout === undefined ? [tenantColumn, typeColumn] : [tenantColumn];
}

/** All columns, in the order in which rows are written. */
export function allColumns(table: Table): readonly Column[] {
  return [...keyColumns(table), ...recordColumns, changeColumn, bodyColumn, ...table.fields];
}

export interface QueriedColumn extends Column {
  readonly nullable: boolean;
}

/** The column of a declared field or of `id`, `version`, `createdAt`, `updatedAt`. */
export function columnOf(table: Table, field: string): QueriedColumn {
  const system = systemColumns.get(field);
  if (system !== undefined) return { ...system, nullable: false };
  const own = table.fields.find((each) => each.field === field);
  if (own !== undefined) return { ...own, nullable: true };
  throw new HoldfastError(`the table of "${table.name}" has no column for the field "${field}"`, {
    code: "FIELD_NOT_INDEXED",
    details: { type: table.name, field },
  });
}
