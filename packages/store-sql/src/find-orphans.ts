import type { ReferenceLayout } from "@holdfast/core";
import { sql } from "kysely";

import { columnName } from "./identifiers.ts";
import type { RunStatements } from "./model-cache.ts";
import { readId, readText } from "./record-codec.ts";
import type { SqlContext } from "./sql-context.ts";
import type { Statement } from "./statement.ts";
import type { StoredModel } from "./stored-model.ts";
import type { Table } from "./tables.ts";

export interface Orphan {
  readonly tenant: string;
  readonly type: string;
  readonly id: string;
}

/** Records whose reference leads to a record that is not there. */
export async function findOrphans(
  context: SqlContext,
  run: RunStatements,
  model: StoredModel,
  table: Table,
  reference: ReferenceLayout,
): Promise<readonly Orphan[]> {
  const [result] = await run([orphansStatement(context, table, model.table(reference.to), reference)]);
  return (result?.rows ?? []).map((row) => ({ tenant: readText(row, "_tenant"), type: table.name, id: readId(row) }));
}

function orphansStatement({ builder }: SqlContext, table: Table, parent: Table, reference: ReferenceLayout): Statement {
  const field = sql.ref(`child.${columnName(reference.field)}`);
  const isParent = parent.layout === undefined ? sql<boolean>`parent._type = ${reference.to}` : sql<boolean>`1 = 1`;
  const parents = builder
    .selectFrom(`${parent.name} as parent`)
    .select(sql.lit(1).as("present"))
    .where(sql<boolean>`parent._tenant = child._tenant and parent._id = ${field}`)
    .where(isParent);
  return builder
    .selectFrom(`${table.name} as child`)
    .select(["_tenant", "_id"])
    .where(sql<boolean>`${field} is not null and not exists ${parents}`)
    .compile();
}
