import { sql } from "kysely";
import type { SqlBool } from "kysely";

import { formOf, keyNames, makesAnew, names, otherwise, replacing, tableNames } from "./single-write-parts.ts";
import type { Made, Part, TableName } from "./single-write-parts.ts";
import { singleSlots as at } from "./single-write.ts";
import type { SingleWrite } from "./single-write.ts";
import type { SqlContext } from "./sql-context.ts";
import type { Column } from "./sql-dialect.ts";
import { slot } from "./statement.ts";
import type { Statement } from "./statement.ts";
import {
  allColumns,
  bodyColumn,
  changeColumn,
  columnOf,
  documentVersionColumn,
  epochTable,
  idColumn,
  tenantColumn,
  tombstonesTable,
} from "./tables.ts";
import { allOf } from "./where.ts";
import type { Predicate } from "./where.ts";

const expectedColumn: Column = { name: "_expected", kind: "integer" };
const stampColumn: Column = { name: "_stamp", kind: "integer" };

/**
 * Puts of one form to one declared type, at most one for each key, as one statement: each is done where all is as it
 * expects, whatever becomes of the others. Gives the key of each row that it wrote, and what a single write gives. The
 * values of the dialect's `rows` come first, then the type and the epoch. Rows are locked in the order given.
 */
export function joinedWriteStatement(context: SqlContext, writes: readonly [SingleWrite, ...SingleWrite[]]): Statement {
  const { dialect, templates } = context;
  const [first] = writes;
  const columns = askedColumns(first);
  const rows = dialect.rows.bind(columns, writes.map(rowOf));
  const typeAt = rows.length;
  const template = templates.get(first.table, `joined ${formOf(first)}`, () => {
    const named = tableNames(context);
    const store = sql`select 1 as _held from ${named(epochTable)}
      where epoch = ${slot(typeAt + 1)} and move is null ${dialect.shareLock}`;
    const rowsAsked = sql`asked (${names(columns)}) as materialized (${dialect.rows.compile(columns)})`;
    const parts = makesAnew(first) ? inserted(first, named, slot(typeAt)) : updated(first, named);
    const statement = sql`with store as materialized (${store}), ${rowsAsked}, ${parts} select * from written`;
    return statement.compile(context.builder);
  });
  return template.bind([...rows, first.values[at.type], first.values[at.epoch]]);
}

interface MatchedColumn extends Column {
  /** The table's column. */
  readonly of: string;
}

function askedColumns(write: SingleWrite): readonly Column[] {
  const given = [tenantColumn, idColumn, stampColumn, expectedColumn, documentVersionColumn, bodyColumn];
  return [...given, ...write.table.fields, ...matchedColumns(write)];
}

function matchedColumns({ table, matched }: SingleWrite): readonly MatchedColumn[] {
  return matched.map((field, nth) => {
    const { name, kind } = columnOf(table, field);
    return { name: `_matched_${nth}`, kind, of: name };
  });
}

/** In the order of `askedColumns`. */
function rowOf({ values }: SingleWrite): readonly unknown[] {
  return [values[at.tenant], values[at.id], ...values.slice(at.stamp)];
}

/** Anew, on from its tombstone, which goes; or over what is there, where that may be. */
function inserted(write: SingleWrite, named: TableName, type: unknown): Part {
  const { table } = write;
  const stamp = asked(stampColumn);
  const made: Made = new Map([
    ["_version", sql`coalesce(buried._version, 0) + 1`],
    ["_created", stamp],
    ["_updated", stamp],
    changed(write),
  ]);
  const tombstones = named(tombstonesTable);
  return sql`buried as materialized (
      select asked._tenant, asked._id, found._version from store, asked
      cross join lateral (
        select _version from ${tombstones} where ${isAsked} and _type = ${type} limit 1
      ) as found),
    unburied as (
      delete from ${tombstones} as gone using buried
      where gone._tenant = buried._tenant and gone._type = ${type} and gone._id = buried._id),
    written as (
      insert into ${named(table.name)} as kept (${names(allColumns(table))})
      select ${valuesOf(write, made)} from store, asked
      left join buried on buried._tenant = asked._tenant and buried._id = asked._id
      on conflict (${keyNames(table)}) do ${otherwise(write)} returning ${returned})`;
}

/** Over the row that is there, which is found first: an INSERT locks rows in the order in which it is given them. */
function updated(write: SingleWrite, named: TableName): Part {
  const { table, expect } = write;
  const made: Made = new Map([
    ["_version", sql`found._version + 1`],
    ["_created", sql`found._created`],
    ["_updated", asked(stampColumn)],
    changed(write),
  ]);
  const version = typeof expect === "number" ? [sql<SqlBool>`_version = ${asked(expectedColumn)}`] : [];
  const matching = matchedColumns(write).map(({ name, of }) => {
    return sql<SqlBool>`${sql.ref(of)} is not distinct from ${sql.ref(`asked.${name}`)}`;
  });
  const own = allOf([isAsked, ...version, ...matching]);
  return sql`written as (
      insert into ${named(table.name)} as kept (${names(allColumns(table))})
      select ${valuesOf(write, made)} from store, asked
      cross join lateral (select _version, _created from ${named(table.name)} where ${own} limit 1) as found
      on conflict (${keyNames(table)}) do update set ${replacing(table, sql`excluded._version`)}
      where kept._version = excluded._version - 1 returning ${returned})`;
}

/** That a row is at the key of one that is asked for: what is named alone is of the innermost table. */
const isAsked: Predicate = sql`_tenant = asked._tenant and _id = asked._id`;

const returned = sql`kept._tenant, kept._id, kept._version, kept._created, kept._updated, kept._change`;

function changed({ dialect }: SingleWrite): readonly [string, Part] {
  if (dialect.change === undefined) throw new TypeError("where changes are counted, writes are not joined");
  return [changeColumn.name, dialect.change];
}

/** The values of a new row, in the order of `allColumns`. */
function valuesOf({ table }: SingleWrite, made: Made): Part {
  return sql.join(allColumns(table).map((column) => made.get(column.name) ?? asked(column)));
}

function asked({ name }: Column): Part {
  return sql.ref(`asked.${name}`);
}
