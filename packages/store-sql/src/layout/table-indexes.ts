import type { TypeLayout } from "@holdfast/core";
import { sql } from "kysely";

import { joinedName } from "../identifiers.ts";
import type { SqlContext } from "../sql-context.ts";
import type { IndexShape } from "../sql-dialect.ts";
import type { Statement } from "../statement.ts";
import {
  changeColumn,
  columnOf,
  declaredTable,
  idColumn,
  keyColumns,
  sharedTable,
  tenantColumn,
  tombstoneColumns,
  tombstonesTable,
  typeColumn,
} from "../tables.ts";
import type { QueriedColumn, Table } from "../tables.ts";

/** An index of one table; two of the same name are the same index. */
export interface TableIndex {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly QueriedColumn[];
  readonly unique: boolean;
}

/**
 * Every index of a declared type: in insertion order, in the order of changes, those declared, and one for each reference that none leads with.
 * All begin with the tenant; those that are not unique end with the id, so that they hold the order of pages.
 */
export function declaredIndexes(layout: TypeLayout): readonly TableIndex[] {
  const table = declaredTable(layout);
  const unled = layout.references
    .filter(({ field }) => !layout.indexes.some((index) => index.fields[0] === field))
    .map(({ field }) => ({ fields: [field], unique: false }));
  const declared = [{ fields: ["createdAt"], unique: false }, ...layout.indexes, ...unled];
  const indexes = [...declared.map(({ fields, unique }) => indexOf(table, fields, unique)), feedIndex(table.name, [])];
  return [...new Map(indexes.filter(isOwnOrder).map((each) => [each.name, each])).values()];
}

const type: QueriedColumn = { ...typeColumn, nullable: false };
const change: QueriedColumn = { ...changeColumn, nullable: false };
const id: QueriedColumn = { ...idColumn, nullable: false };

/** Of the shared tables: in insertion order of each type, and in the order of changes. */
export const sharedIndexes: readonly TableIndex[] = [
  {
    name: joinedName(sharedTable.name, "createdAt"),
    table: sharedTable.name,
    columns: [type, columnOf(sharedTable, "createdAt"), id],
    unique: false,
  },
  feedIndex(sharedTable.name, [type]),
  feedIndex(tombstonesTable, [type]),
];

/** In the order of changes. */
function feedIndex(table: string, types: readonly QueriedColumn[]): TableIndex {
  return { name: joinedName(table, "feed"), table, columns: [change, ...types, id], unique: false };
}

/** All indexes of the shared tables. */
export function sharedShapes(): readonly IndexShape[] {
  const tombstoneKey = tombstoneColumns.slice(0, 3);
  return [
    primaryKey(sharedTable),
    ...sharedIndexes.map(shapeOf),
    { table: tombstonesTable, name: undefined, columns: tombstoneKey, unique: true },
  ];
}

/** All indexes of a declared type, that of its primary key included. */
export function declaredShapes(layout: TypeLayout): readonly IndexShape[] {
  return [primaryKey(declaredTable(layout)), ...declaredIndexes(layout).map(shapeOf)];
}

function primaryKey(table: Table): IndexShape {
  return { table: table.name, name: undefined, columns: [...keyColumns(table), idColumn], unique: true };
}

function shapeOf({ name, table, columns, unique }: TableIndex): IndexShape {
  return { table, name, columns: [tenantColumn, ...columns], unique };
}

export function createIndex({ builder, dialect }: SqlContext, { name, table, columns, unique }: TableIndex): Statement {
  const expressions = columns.map((column) => {
    const reference = sql.ref(column.name);
    return column.nullable ? sql`${reference} ${dialect.indexedNulls}` : reference;
  });
  const create = builder.schema
    .createIndex(name)
    .on(table)
    .columns([tenantColumn.name, ...expressions]);
  return (unique ? create.unique() : create).compile();
}

/** The order by id alone is that of the primary key. */
function isOwnOrder({ columns: [first, second] }: TableIndex): boolean {
  return first?.name !== idColumn.name || second !== undefined;
}

function indexOf(table: Table, fields: readonly string[], unique: boolean): TableIndex {
  const ends = unique || fields.includes("id") ? fields : [...fields, "id"];
  const columns = ends.map((field) => columnOf(table, field));
  const name = joinedName(table.name, ...columns.map((each) => each.name), unique ? "unique" : "index");
  return { name, table: table.name, columns, unique };
}
