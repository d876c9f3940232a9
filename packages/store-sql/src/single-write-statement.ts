import { sql } from "kysely";

import {
  formOf,
  isExpected,
  keyIs,
  keyNames,
  makesAnew,
  names,
  newState,
  newValues,
  otherwise,
  rowIs,
  tableNames,
  wholeNumber,
  written,
} from "./single-write-parts.ts";
import type { Made, Part, TableName } from "./single-write-parts.ts";
import { singleSlots as at } from "./single-write.ts";
import type { SingleWrite } from "./single-write.ts";
import type { SqlContext } from "./sql-context.ts";
import { slot } from "./statement.ts";
import type { Statement } from "./statement.ts";
import { allColumns, changeColumn, epochTable, sharedTable, tombstoneColumns, tombstonesTable } from "./tables.ts";

/**
 * Gives the row that it wrote, or none where it wrote nothing: the op is refused, another model is stored by now, or the
 * store was moved. What is held of the store stays so until the end.
 */
export function singleWriteStatement(context: SqlContext, write: SingleWrite): Statement {
  const template = context.templates.get(write.table, formOf(write), () => {
    const named = tableNames(context);
    const store = sql`select 1 as _held from ${named(epochTable)} where epoch = ${slot(at.epoch)} and move is null`;
    const statement = sql`with store as materialized (${store} ${context.dialect.shareLock}),
      ${parts(write, named)} select * from written`;
    return statement.compile(context.builder);
  });
  return template.bind(write.values);
}

function parts(write: SingleWrite, named: TableName): Part {
  if (write.kind === "delete") return buried(write, named);
  return makesAnew(write) ? inserted(write, named) : updated(write, named);
}

/** Anew, on from its tombstone, which goes; or over what is there, where that may be. */
function inserted(write: SingleWrite, named: TableName): Part {
  const { table } = write;
  const made: Made = new Map([...changed(write), ["_version", sql`coalesce(unburied._version, 0) + 1`]]);
  return sql`unburied as (
      delete from ${named(tombstonesTable)} using store where ${keyIs(sharedTable)} returning _version),
    written as (
      insert into ${named(table.name)} as kept (${names(allColumns(table))})
      select ${newValues(write, made)} from store left join unburied on true
      on conflict (${keyNames(table)}) do ${otherwise(write)} returning ${written})`;
}

function updated(write: SingleWrite, named: TableName): Part {
  return sql`written as (
    update ${named(write.table.name)} set ${newState(write, changed(write))} from store
    where ${isExpected(write)} returning ${written})`;
}

function buried(write: SingleWrite, named: TableName): Part {
  const [tenant, type, id] = [at.tenant, at.type, at.id].map((place) => write.dialect.typed("string", slot(place)));
  const values = [tenant, type, id, sql`_version + 1`, wholeNumber(write, at.stamp), ...changed(write).values()];
  const replaced = tombstoneColumns.slice(3).map(({ name }) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`);
  return sql`gone as (
      delete from ${named(write.table.name)} using store where ${rowIs(write)} returning _version),
    written as (
      insert into ${named(tombstonesTable)} (${names(tombstoneColumns)}) select ${sql.join(values)} from gone
      on conflict (${names(tombstoneColumns.slice(0, 3))}) do update set ${sql.join(replaced)}
      returning _version, _change)`;
}

function changed({ dialect }: SingleWrite): Made {
  if (dialect.change === undefined) throw new TypeError("where changes are counted, one statement is not enough");
  return new Map([[changeColumn.name, dialect.change]]);
}
