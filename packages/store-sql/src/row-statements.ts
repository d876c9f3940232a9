import { encodeColumnText } from "@holdfast/core";
import type { Tombstone } from "@holdfast/core";
import { sql } from "kysely";

import { eachOf } from "./each-of.ts";
import type { SqlContext } from "./sql-context.ts";
import type { Column } from "./sql-dialect.ts";
import { slot } from "./statement.ts";
import type { Statement, Template } from "./statement.ts";
import {
  allColumns,
  idColumn,
  keyColumns,
  outdatedColumns,
  outdatedTable,
  sharedTable,
  tombstoneColumns,
  tombstonesTable,
} from "./tables.ts";
import type { Table } from "./tables.ts";
import { allOf, ownRows } from "./where.ts";

interface TenantId {
  readonly tenant: string;
  readonly id: string;
}
type Rows = Iterable<readonly unknown[]>;

const idsAtOnce = 5_000;
/** Of text that one statement takes at most, unless one row has more. */
const charactersMost = 1_000_000;
/** Of one stream, at most. */
const rowsStreamed = 10_000;
const tombstones = { table: tombstonesTable };
const outdated = { table: outdatedTable };

/** Writes rows of `allColumns`, over what stands at their keys. */
export function upsertRecords(context: SqlContext, table: Table, rows: Rows): Iterable<Statement> {
  const key = [...keyColumns(table), idColumn];
  return upsert(context, { about: table, into: table.name, columns: allColumns(table), key }, rows);
}

/** A row of `allColumns` over one that is there, and the columns whose values stay. */
export interface RowUpdate {
  readonly row: readonly unknown[];
  readonly staying: readonly string[];
}

/** Changes rows that are there, one by one, in the columns whose values do not stay. */
export function* updateRecords(context: SqlContext, table: Table, updates: Iterable<RowUpdate>): Generator<Statement> {
  const { builder, templates } = context;
  const columns = allColumns(table);
  const key = new Set([...keyColumns(table), idColumn].map(({ name }) => name));
  const slots = new Map(columns.map(({ name }, at) => [name, slot(at)]));
  for (const { row, staying } of updates) {
    const template = templates.get(table, `update but ${staying.join(" ")}`, () => {
      const isSet = ({ name }: Column): boolean => !key.has(name) && !staying.includes(name);
      const set = Object.fromEntries(columns.filter(isSet).map(({ name }) => [name, slots.get(name)]));
      const own = [...key].map((name) => sql<boolean>`${sql.ref(name)} = ${slots.get(name)}`);
      return builder.updateTable(table.name).set(set).where(allOf(own)).compile();
    });
    yield template.bind(row);
  }
}

/** Writes rows of `allColumns` behind statements that take them, where nothing stands at their keys. */
export function* streamRecords(context: SqlContext, table: Table, rows: Rows): Generator<Statement> {
  const { builder, dialect, schema, templates } = context;
  const { stream } = dialect.rows;
  if (stream === undefined) return;
  const template = templates.get(table, "stream", () => {
    const name = schema === undefined ? sql.id(table.name) : sql.id(schema, table.name);
    return stream.compile(name, allColumns(table)).compile(builder);
  });
  for (const chunk of chunksOf(rows, rowsStreamed)) {
    yield { ...template.bindAnew([]), input: stream.write(chunk) };
  }
}

export function insertTombstones(
  context: SqlContext,
  buried: readonly Tombstone[],
  change: bigint,
): Iterable<Statement> {
  const key = tombstoneColumns.slice(0, 3);
  const rows = buried.map(({ tenant, type, id, version, deleted }) => {
    return [tenant, type, encodeColumnText(id), version, deleted, change];
  });
  return upsert(context, { about: tombstones, into: tombstonesTable, columns: tombstoneColumns, key }, rows);
}

/** Notes records whose columns are not those of their documents' newest form, and why, where that is a fault. */
export function noteOutdated(
  context: SqlContext,
  records: readonly (Pick<Tombstone, "tenant" | "type" | "id"> & { readonly problem?: string })[],
): Iterable<Statement> {
  const rows = records.map(({ tenant, type, id, problem }) => [tenant, type, encodeColumnText(id), problem ?? null]);
  const key = outdatedColumns.slice(0, 3);
  return upsert(context, { about: outdated, into: outdatedTable, columns: outdatedColumns, key }, rows);
}

export function forgetOutdated(context: SqlContext, type: string, keys: readonly TenantId[]): Iterable<Statement> {
  const template = context.templates.get(outdated, "delete", () => deleteByIds(context, outdatedTable, sharedTable));
  return bindKeys(context, template, type, keys);
}

export function deleteRecords(
  context: SqlContext,
  table: Table,
  type: string,
  keys: readonly TenantId[],
): Iterable<Statement> {
  const template = context.templates.get(table, "delete", () => deleteByIds(context, table.name, table));
  return bindKeys(context, template, type, keys);
}

export function deleteTombstones(context: SqlContext, type: string, keys: readonly TenantId[]): Iterable<Statement> {
  const template = context.templates.get(tombstones, "delete", () =>
    deleteByIds(context, tombstonesTable, sharedTable),
  );
  return bindKeys(context, template, type, keys);
}

interface Upsert {
  readonly about: object;
  readonly into: string;
  readonly columns: readonly Column[];
  readonly key: readonly Column[];
}

function* upsert(context: SqlContext, { about, into, columns, key }: Upsert, rows: Rows): Generator<Statement> {
  const { builder, dialect, templates } = context;
  let template: Template | undefined;
  for (const chunk of chunksOf(rows, dialect.rows.rowsMost)) {
    template ??= templates.get(about, "upsert", () => {
      const keyNames = key.map(({ name }) => name);
      const rest = columns.map(({ name }) => name).filter((name) => !keyNames.includes(name));
      const replaced = Object.fromEntries(rest.map((name) => [name, sql.ref(`excluded.${name}`)]));
      return builder
        .insertInto(into)
        .columns(columns.map(({ name }) => name))
        .expression(dialect.rows.compile(columns))
        .onConflict((conflict) => conflict.columns(keyNames).doUpdateSet(replaced))
        .compile();
    });
    yield template.bind(dialect.rows.bind(columns, chunk));
  }
}

function deleteByIds({ builder, dialect }: SqlContext, from: string, keyed: Table): Statement {
  const own = ownRows(keyed, slot(0), slot(1));
  const id = sql.ref(idColumn.name);
  const asRows = eachOf(dialect, from);
  if (asRows === undefined) {
    const ids = dialect.among(id, idColumn.kind, slot(2));
    return builder
      .deleteFrom(from)
      .where(allOf([own, ids]))
      .compile();
  }
  const asked = asRows(idColumn.kind, slot(2)).as<"asked">(sql`asked(id)`);
  return builder
    .deleteFrom(from)
    .using(asked)
    .where(allOf([own, sql<boolean>`${id} = ${sql.ref("asked.id")}`]))
    .compile();
}

function* bindKeys(
  { dialect }: SqlContext,
  template: Template,
  type: string,
  keys: readonly TenantId[],
): Generator<Statement> {
  const tenants = new Map<string, string[]>();
  for (const { tenant, id } of keys) {
    const ids = tenants.get(tenant) ?? [];
    tenants.set(tenant, ids);
    ids.push(encodeColumnText(id));
  }
  for (const [tenant, ids] of tenants) {
    for (let at = 0; at < ids.length; at += idsAtOnce) {
      const chunk = ids.slice(at, at + idsAtOnce);
      yield template.bindAnew([tenant, type, dialect.bindList(idColumn.kind, chunk)]);
    }
  }
}

function* chunksOf(rows: Rows, rowsMost: number): Generator<readonly (readonly unknown[])[]> {
  let chunk: (readonly unknown[])[] = [];
  let characters = 0;
  for (const row of rows) {
    chunk.push(row);
    characters += row.reduce<number>((sum, value) => sum + (typeof value === "string" ? value.length : 8), 0);
    if (chunk.length < rowsMost && characters < charactersMost) continue;
    yield chunk;
    chunk = [];
    characters = 0;
  }
  if (chunk.length > 0) yield chunk;
}
