import { sql } from "kysely";
import type { RawBuilder } from "kysely";

import { keyIs, tableNames } from "./single-write-parts.ts";
import { singleSlots as at } from "./single-write.ts";
import type { SingleWrite } from "./single-write.ts";
import type { SqlContext } from "./sql-context.ts";
import { slot } from "./statement.ts";
import type { Statement } from "./statement.ts";
import { bodyColumn, epochTable, prunedTable, sharedTable, tombstonesTable } from "./tables.ts";

/**
 * What became of a write of which no answer came, once its session has ended: `fate` in one row, with what the write's own
 * statement would have given. `since`: no transaction of a lower number can have been the write.
 *
 * - Done, where what it wrote stands as it wrote it.
 * - Undone, where what stands was written before, or has the version that the write would have had, or a lower one, which
 *   only one of all writes can have; and where nothing stands, since whatever is deleted leaves a tombstone. One that was
 *   pruned, or a model under which rows move, might hide what was.
 * - Unknown, where what stands came later or, of unconditional writes, may have come before.
 */
export function singleWriteFate(context: SqlContext, write: SingleWrite, since: string): Statement {
  const { table, kind, expect, values } = write;
  const form = `fate: ${kind} ${typeof expect === "number" ? "version" : "any"}`;
  const sinceAt = values.length;
  const template = context.templates.get(table, `${form} ${sinceAt}`, () => {
    const named = tableNames(context);
    const from = write.dialect.typed("change", slot(sinceAt));
    const own = sql`_change >= ${from} and ${ownMarks(write)}`;
    const isDelete = kind === "delete";
    const live = sql`select _version, _created, _updated, _change, ${isDelete ? sql`false` : own} as own
      from ${named(table.name)} where ${keyIs(table)}`;
    const tombstone = sql`select _version, _deleted, _deleted, _change, ${isDelete ? own : sql`false`}
      from ${named(tombstonesTable)} where ${keyIs(sharedTable)}`;
    const isSame = sql`exists (select 1 from ${named(epochTable)} where epoch = ${slot(at.epoch)})`;
    const pruned = sql`select 1 from ${named(prunedTable)}
      where _tenant = ${slot(at.tenant)} and ${write.dialect.typed("change", sql`pruned`)} >= ${from}`;
    const expected = write.dialect.typed("integer", slot(at.expected));
    const isBefore = sql`case when _version is null then not exists (${pruned})
      else _change < ${from} or _version <= ${expected} + 1 end`;
    const fate = sql`case when own then 'done' when ${isSame} and ${isBefore} then 'undone' else 'unknown' end`;
    const statement = sql`select ${fate} as fate, _version, _created, _updated, _change
      from (select 1) as one left join (${live} union all ${tombstone}) as standing on true
      order by own desc nulls last, _version desc limit 1`;
    return statement.compile(context.builder);
  });
  return template.bind([...values, since]);
}

/** What tells a row from all that others may have written. */
function ownMarks({ dialect, kind, expect }: SingleWrite): RawBuilder<unknown> {
  const stamp = dialect.typed("integer", slot(at.stamp));
  const version = typeof expect === "number" ? sql` and _version = ${slot(at.expected)} + 1` : sql``;
  if (kind === "delete") return sql`_deleted = ${stamp}${version}`;
  const document = dialect.typed("integer", slot(at.documentVersion));
  const text = dialect.typed("string", slot(at.text));
  const body = dialect.typed("string", sql.ref(bodyColumn.name));
  return sql`_updated = ${stamp} and _document_version = ${document} and ${body} = ${text}${version}`;
}
