/** What the statements of a single write are made of, whichever form a database wants them in. */
import { sql } from "kysely";
import type { RawBuilder } from "kysely";

import { singleSlots as at } from "./single-write.ts";
import type { SingleWrite } from "./single-write.ts";
import type { SqlContext } from "./sql-context.ts";
import type { Column } from "./sql-dialect.ts";
import { slot } from "./statement.ts";
import { allColumns, columnOf, idColumn, keyColumns } from "./tables.ts";
import type { FieldColumn, Table } from "./tables.ts";
import { allOf, ownRows } from "./where.ts";
import type { Predicate } from "./where.ts";

export type Part = RawBuilder<unknown>;
export type TableName = (name: string) => Part;

/** The columns that are not simply given, each with its value. */
export type Made = ReadonlyMap<string, Part>;

/** What a write of a record gives. */
export const written = sql`_version, _created, _updated, _change`;

/** Tells the forms of a write apart, for one table. */
export function formOf({ kind, expect, matched }: SingleWrite): string {
  const form = forms[kind][typeof expect === "number" ? "version" : expect];
  return matched.length === 0 ? form : `${form} ${matched.join(" ")}`;
}

/** Texts that stand here and are not made with each write: to look one up that is, it has to be gone through first. */
const forms = {
  put: { any: "put any", absent: "put absent", present: "put present", version: "put version" },
  delete: { any: "delete any", absent: "delete absent", present: "delete present", version: "delete version" },
} as const;

/** Whether the write makes the record where there is none; else it has to be there. */
export function makesAnew({ expect, matched }: SingleWrite): boolean {
  return (expect === "any" || expect === "absent") && matched.length === 0;
}

/** The values of a new row, in the order of `allColumns`. */
export function newValues(write: SingleWrite, made: Made): Part {
  return sql.join(allColumns(write.table).map((column) => valueOf(write, column, made)));
}

/** What becomes of the row that a new one meets, which is called `kept`. */
export function otherwise({ table, expect }: SingleWrite): Part {
  return expect === "any" ? sql`update set ${replacing(table, sql`kept._version + 1`)}` : sql`nothing`;
}

/** What a new row sets in the one that it meets. */
export function replacing(table: Table, version: Part): Part {
  const set = changedColumns(table).map(({ name }) => {
    const value = name === "_version" ? version : sql.ref(`excluded.${name}`);
    return sql`${sql.ref(name)} = ${value}`;
  });
  return sql.join(set);
}

/** What a write sets in a row that is there: all columns but those of fields that are known to stay. */
export function newState(write: SingleWrite, made: Made, staying: readonly FieldColumn[] = []): Part {
  const columns = changedColumns(write.table).filter(({ name }) => !staying.some((each) => each.name === name));
  const set = columns.map((column) => {
    const value = column.name === "_version" ? sql`_version + 1` : valueOf(write, column, made);
    return sql`${sql.ref(column.name)} = ${value}`;
  });
  return sql.join(set);
}

/**
 * Fields that most likely stay: whoever writes over the version that was read, and does not match them, has changed the
 * document elsewhere.
 */
export function likelyToStay({ table, expect, matched }: SingleWrite): readonly FieldColumn[] {
  return typeof expect === "number" ? table.fields.filter(({ field }) => !matched.includes(field)) : [];
}

/** Whether a row is the one that the write expects, with the values that it gives in the fields that are to stay. */
export function isExpected(write: SingleWrite, staying: readonly FieldColumn[] = []): Predicate {
  const { table, matched } = write;
  const matching = matched.map((field, nth) => {
    return holds(write, columnOf(table, field), at.fields + table.fields.length + nth);
  });
  return allOf([rowIs(write), ...matching, ...staying.map((column) => holds(write, column, placeOf(table, column)))]);
}

function holds({ dialect }: SingleWrite, { name, kind }: Column, place: number): Predicate {
  return sql`${sql.ref(name)} is not distinct from ${dialect.typed(kind, slot(place))}`;
}

/** Of a field's new value. */
function placeOf({ fields }: Table, { name }: Column): number {
  return at.fields + fields.findIndex((field) => field.name === name);
}

export function rowIs({ table, expect }: SingleWrite): Predicate {
  if (typeof expect !== "number") return keyIs(table);
  return allOf([keyIs(table), sql`_version = ${slot(at.expected)}`]);
}

export function keyIs(keyed: Table): Predicate {
  return allOf([ownRows(keyed, slot(at.tenant), slot(at.type)), sql`${sql.ref(idColumn.name)} = ${slot(at.id)}`]);
}

export function wholeNumber({ dialect }: SingleWrite, place: number): Part {
  return dialect.typed("integer", slot(place));
}

export function tableNames({ schema }: SqlContext): TableName {
  return (name) => (schema === undefined ? sql.id(name) : sql.id(schema, name));
}

export function names(columns: readonly Column[]): Part {
  return sql.join(columns.map(({ name }) => sql.ref(name)));
}

/** By which a row meets another. */
export function keyNames(table: Table): Part {
  return names([...keyColumns(table), idColumn]);
}

function changedColumns(table: Table): readonly Column[] {
  const kept = new Set([...keyColumns(table), idColumn].map(({ name }) => name)).add("_created");
  return allColumns(table).filter(({ name }) => !kept.has(name));
}

function valueOf({ dialect, table }: SingleWrite, { name, kind }: Column, made: Made): Part {
  return made.get(name) ?? dialect.typed(kind, slot(systemPlaces.get(name) ?? placeOf(table, { name, kind })));
}

const systemPlaces: ReadonlyMap<string, number> = new Map([
  ["_tenant", at.tenant],
  ["_type", at.type],
  ["_id", at.id],
  ["_document_version", at.documentVersion],
  ["_created", at.stamp],
  ["_updated", at.stamp],
  ["_body", at.text],
]);
