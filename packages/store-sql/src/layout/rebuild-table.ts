import { sql } from "kysely";

import type { SqlContext } from "../sql-context.ts";
import type { Statement } from "../statement.ts";
import { allColumns } from "../tables.ts";
import type { Table } from "../tables.ts";
import { createRecordTable } from "./create-table.ts";
import type { ForeignKey } from "./foreign-keys.ts";

const passing = "holdfast_rebuilt";

/** The same table with these foreign keys, and with its rows but without its indexes, where keys cannot be altered. */
export function rebuildTable(context: SqlContext, table: Table, keys: readonly ForeignKey[]): readonly Statement[] {
  const { builder } = context;
  const columns = allColumns(table).map(({ name }) => name);
  const rows = builder.selectFrom(table.name).select(columns.map((name) => sql.ref(name).as(name)));
  return [
    createRecordTable(context, table, keys, passing),
    builder.insertInto(passing).columns(columns).expression(rows).compile(),
    builder.schema.dropTable(table.name).compile(),
    builder.schema.alterTable(passing).renameTo(table.name).compile(),
  ];
}
