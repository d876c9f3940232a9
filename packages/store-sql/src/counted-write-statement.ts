import { sql } from "kysely";

import {
  formOf,
  isExpected,
  keyIs,
  keyNames,
  likelyToStay,
  makesAnew,
  names,
  newState,
  newValues,
  otherwise,
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
import { allColumns, changeColumn, clockTable, epochTable, sharedTable, tombstonesTable } from "./tables.ts";
import type { FieldColumn } from "./tables.ts";

/**
 * Puts a record where writers take turns: with the stamp and the number of a change that come next by the clock, which is
 * to be raised to them behind it. Gives the row that it wrote, or none where it wrote nothing: the op is refused, a
 * tombstone stands at the key, a field changes that most likely would not, another model is stored by now, or the store
 * was moved or is damaged.
 */
export function countedWriteStatement(context: SqlContext, write: SingleWrite): Statement {
  const template = context.templates.get(write.table, formOf(write), () => {
    const named = tableNames(context);
    const staying = context.dialect.rewritesIndexes === true ? likelyToStay(write) : [];
    return (makesAnew(write) ? inserted(write, named) : updated(write, named, staying)).compile(context.builder);
  });
  return template.bind(write.values);
}

function inserted(write: SingleWrite, named: TableName): Part {
  const { table } = write;
  const stamp = later(write, sql`clock.stamp`);
  const made: Made = new Map([
    ["_version", sql`1`],
    ["_created", stamp],
    ["_updated", stamp],
    [changeColumn.name, sql`clock.changes + 1`],
  ]);
  const buried = sql`select 1 from ${named(tombstonesTable)} where ${keyIs(sharedTable)}`;
  return sql`insert into ${named(table.name)} as kept (${names(allColumns(table))})
    select ${newValues(write, made)} from ${standing(named)} and not exists (${buried})
    on conflict (${keyNames(table)}) do ${otherwise(write)} returning ${written}`;
}

function updated(write: SingleWrite, named: TableName, staying: readonly FieldColumn[]): Part {
  const clock = named(clockTable);
  const made: Made = new Map([
    ["_updated", later(write, sql`(select stamp from ${clock})`)],
    [changeColumn.name, sql`(select changes + 1 from ${clock})`],
  ]);
  return sql`update ${named(write.table.name)} set ${newState(write, made, staying)}
    where ${isExpected(write, staying)} and exists (select 1 from ${standing(named)}) returning ${written}`;
}

/** One row, where the store is as the write takes it to be. */
function standing(named: TableName): Part {
  return sql`${named(epochTable)} as store, ${named(clockTable)} as clock
    where store.epoch = ${slot(at.epoch)} and store.move is null`;
}

function later(write: SingleWrite, stamp: Part): Part {
  return sql`max(${wholeNumber(write, at.stamp)}, ${stamp} + 1)`;
}
