import { sql } from "kysely";

import type { SqlContext } from "../sql-context.ts";
import type { Statement } from "../statement.ts";
import { allColumns } from "../tables.ts";
import type { Table } from "../tables.ts";
import { createRecordTable } from "./create-table.ts";
import type { ForeignKey } from "./foreign-keys.ts";

const passing = "holdfast_rebuilt";

/** A new table in the place of an old one, with its rows and without its indexes, where a table cannot be altered so. */
export function rebuildTable(
  context: SqlContext,
  before: Table,
  after: Table,
  keys: readonly ForeignKey[],
): readonly Statement[] {
  const { builder } = context;
  const columns = allColumns(before).map(({ name }) => name);
  const rows = builder.selectFrom(before.name).select(columns.map((name) => sql.ref(name).as(name)));
  return [
    createRecordTable(context, after, keys, passing),
    builder.insertInto(passing).columns(columns).expression(rows).compile(),
    builder.schema.dropTable(before.name).compile(),
    builder.schema.alterTable(passing).renameTo(after.name).compile(),
  ];
}
