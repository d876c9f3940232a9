import { sql } from "kysely";
import type { RawBuilder } from "kysely";

import { singleSlots as at } from "./single-write.ts";
import type { SingleWrite } from "./single-write.ts";
import type { SqlContext } from "./sql-context.ts";
import type { Column } from "./sql-dialect.ts";
import { slot } from "./statement.ts";
import type { Statement } from "./statement.ts";
import {
  allColumns,
  changeColumn,
  columnOf,
  epochTable,
  idColumn,
  keyColumns,
  sharedTable,
  tombstoneColumns,
  tombstonesTable,
} from "./tables.ts";
import type { Table } from "./tables.ts";
import { allOf, ownRows } from "./where.ts";
import type { Predicate } from "./where.ts";

type Part = RawBuilder<unknown>;
type TableName = (name: string) => Part;

/**
 * Gives the row that it wrote, or none where it wrote nothing: the op is refused, another model is stored by now, or the
 * store was moved. What is held of the store stays so until the end.
 */
export function singleWriteStatement(context: SqlContext, write: SingleWrite): Statement {
  const { table, kind, expect, matched, values } = write;
  const form = `at once: ${kind} ${typeof expect === "number" ? "version" : expect} ${matched.join(" ")}`;
  const template = context.templates.get(table, form, () => {
    const named = tableNames(context);
    const store = sql`select 1 as _held from ${named(epochTable)} where epoch = ${slot(at.epoch)} and move is null`;
    const statement = sql`with store as materialized (${store} ${context.dialect.shareLock}),
      ${written(write, named)} select * from written`;
    return statement.compile(context.builder);
  });
  return template.bind(values);
}

function written(write: SingleWrite, named: TableName): Part {
  const { kind, expect, matched } = write;
  if (kind === "delete") return buried(write, named);
  const makesAnew = (expect === "any" || expect === "absent") && matched.length === 0;
  return makesAnew ? inserted(write, named) : updated(write, named);
}

const given = sql`_version, _created, _updated, _change`;

/** Anew, on from its tombstone, which goes; or over what is there, where that may be. */
function inserted(write: SingleWrite, named: TableName): Part {
  const { table, expect } = write;
  const columns = allColumns(table);
  const key = [...keyColumns(table), idColumn];
  const special = new Map<string, Part>([
    ["_version", sql`coalesce(unburied._version, 0) + 1`],
    ["_created", wholeNumber(write, at.stamp)],
  ]);
  const values = columns.map((column) => special.get(column.name) ?? valueOf(write, column));
  const set = columns
    .filter((column) => !key.includes(column) && column.name !== "_created")
    .map(({ name }) => {
      const value = name === "_version" ? sql`kept._version + 1` : sql.ref(`excluded.${name}`);
      return sql`${sql.ref(name)} = ${value}`;
    });
  const otherwise = expect === "any" ? sql`update set ${sql.join(set)}` : sql`nothing`;
  return sql`unburied as (
      delete from ${named(tombstonesTable)} using store where ${keyIs(sharedTable)} returning _version),
    written as (
      insert into ${named(table.name)} as kept (${names(columns)})
      select ${sql.join(values)} from store left join unburied on true
      on conflict (${names(key)}) do ${otherwise} returning ${given})`;
}

function updated(write: SingleWrite, named: TableName): Part {
  const { table, matched } = write;
  const kept = new Set([...keyColumns(table), idColumn].map(({ name }) => name)).add("_created");
  const set = allColumns(table)
    .filter(({ name }) => !kept.has(name))
    .map((column) => {
      const value = column.name === "_version" ? sql`_version + 1` : valueOf(write, column);
      return sql`${sql.ref(column.name)} = ${value}`;
    });
  const matching = matched.map((field, nth): Predicate => {
    const { name, kind } = columnOf(table, field);
    const value = write.dialect.typed(kind, slot(at.fields + table.fields.length + nth));
    return sql`${sql.ref(name)} is not distinct from ${value}`;
  });
  return sql`written as (
    update ${named(table.name)} set ${sql.join(set)} from store
    where ${allOf([rowIs(write), ...matching])} returning ${given})`;
}

function buried(write: SingleWrite, named: TableName): Part {
  const [tenant, type, id] = [at.tenant, at.type, at.id].map((place) => write.dialect.typed("string", slot(place)));
  const values = [tenant, type, id, sql`_version + 1`, wholeNumber(write, at.stamp), write.dialect.change];
  const replaced = tombstoneColumns.slice(3).map(({ name }) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`);
  return sql`gone as (
      delete from ${named(write.table.name)} using store where ${rowIs(write)} returning _version),
    written as (
      insert into ${named(tombstonesTable)} (${names(tombstoneColumns)}) select ${sql.join(values)} from gone
      on conflict (${names(tombstoneColumns.slice(0, 3))}) do update set ${sql.join(replaced)}
      returning _version, _change)`;
}

function valueOf({ dialect, table }: SingleWrite, { name, kind }: Column): Part {
  if (name === changeColumn.name) return dialect.change;
  const place = systemPlaces.get(name) ?? at.fields + table.fields.findIndex((field) => field.name === name);
  return dialect.typed(kind, slot(place));
}

const systemPlaces: ReadonlyMap<string, number> = new Map([
  ["_tenant", at.tenant],
  ["_type", at.type],
  ["_id", at.id],
  ["_document_version", at.documentVersion],
  ["_updated", at.stamp],
  ["_body", at.text],
]);

function wholeNumber({ dialect }: SingleWrite, place: number): Part {
  return dialect.typed("integer", slot(place));
}

function rowIs({ table, expect }: SingleWrite): Predicate {
  if (typeof expect !== "number") return keyIs(table);
  return allOf([keyIs(table), sql`_version = ${slot(at.expected)}`]);
}

export function keyIs(keyed: Table): Predicate {
  return allOf([ownRows(keyed, slot(at.tenant), slot(at.type)), sql`${sql.ref(idColumn.name)} = ${slot(at.id)}`]);
}

export function tableNames({ schema }: SqlContext): TableName {
  return (name) => (schema === undefined ? sql.id(name) : sql.id(schema, name));
}

function names(columns: readonly Column[]): Part {
  return sql.join(columns.map(({ name }) => sql.ref(name)));
}
