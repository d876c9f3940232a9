import { HoldfastError } from "@holdfast/core";
import type { TypeLayout } from "@holdfast/core";

import { columnName } from "./identifiers.ts";
import type { Column } from "./sql-dialect.ts";

export const epochTable = "holdfast_epoch";
export const clockTable = "holdfast_clock";
export const recordsTable = "holdfast_records";
export const tombstonesTable = "holdfast_tombstones";
/** What is left to do until the records are as the model wants them: one row for each type and kind of work. */
export const workTable = "holdfast_work";
/** Records whose columns are not those of the newest form of their documents. */
export const outdatedTable = "holdfast_outdated";
/** One row: what the feed of changes rests on. */
export const feedTable = "holdfast_feed";
/** One row a tenant: the highest number of a tombstone that was forgotten. */
export const prunedTable = "holdfast_pruned";
/** One row a hold: up to where its follower has come. */
export const holdsTable = "holdfast_holds";

export interface FieldColumn extends Column {
  readonly field: string;
}

/** A table of records: of one declared type, or the one that all undeclared types share. */
export interface Table {
  readonly name: string;
  /** Undefined for the shared table, whose keys have `_type` in second place. */
  readonly layout: TypeLayout | undefined;
  readonly fields: readonly FieldColumn[];
  /** Declared fields that queries cannot use yet, since their columns are still being filled. */
  readonly coming?: readonly string[];
}

const id: Column = { name: "_id", kind: "string" };
const version: Column = { name: "_version", kind: "integer" };
const created: Column = { name: "_created", kind: "integer" };
const updated: Column = { name: "_updated", kind: "integer" };
export const documentVersionColumn: Column = { name: "_document_version", kind: "integer" };
export const bodyColumn: Column = { name: "_body", kind: "document" };
export const tenantColumn: Column = { name: "_tenant", kind: "string" };
export const typeColumn: Column = { name: "_type", kind: "string" };
export const idColumn = id;
/** The number of the change that left a record or a tombstone as it is. */
export const changeColumn: Column = { name: "_change", kind: "change" };

export const holdColumns: readonly Column[] = [
  tenantColumn,
  { name: "name", kind: "string" },
  { name: "place", kind: "string" },
  { name: "since", kind: "integer" },
  { name: "moved", kind: "integer" },
  { name: "expires", kind: "integer" },
];

/** The columns that every record has, but for its key's first parts and its body. */
export const recordColumns: readonly Column[] = [id, version, documentVersionColumn, created, updated];

export const tombstoneColumns: readonly Column[] = [
  tenantColumn,
  typeColumn,
  id,
  version,
  { name: "_deleted", kind: "integer" },
  changeColumn,
];

/** `problem` says what keeps the record from being brought up to date; null where it only awaits somebody who can. */
export const problemColumn: Column = { name: "problem", kind: "string" };
export const outdatedColumns: readonly Column[] = [tenantColumn, typeColumn, id, problemColumn];

/** How far a piece of work has come: the key of the last record that is done, or null. */
export const placeColumn: Column = { name: "place", kind: "string" };
export const workColumns: readonly Column[] = [typeColumn, { name: "kind", kind: "string" }, placeColumn];

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

/** Where records of a type are read while its layout is on the way from one to another. */
export function comingTable(before: TypeLayout | undefined, after: TypeLayout): Table {
  const known = before?.fields.map(({ name }) => name) ?? [];
  const coming = after.fields.map(({ name }) => name).filter((name) => !known.includes(name));
  return { ...(before === undefined ? sharedTable : declaredTable(before)), coming };
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
  const reason =
    table.coming?.includes(field) === true
      ? "until every record is brought into the new layout"
      : "since the stored model lacks it";
  throw new HoldfastError(`"${field}" cannot be queried ${reason}`, { code: "LAYOUT_OUTDATED", details: { field } });
}
