import { sql } from "kysely";
import type { CreateTableBuilder } from "kysely";

import { joinedName } from "../identifiers.ts";
import type { SqlContext } from "../sql-context.ts";
import type { Column } from "../sql-dialect.ts";
import type { Statement } from "../statement.ts";
import { allColumns, idColumn, keyColumns } from "../tables.ts";
import type { Table } from "../tables.ts";
import { judgedAtCommit, parentColumns } from "./foreign-keys.ts";
import type { ForeignKey } from "./foreign-keys.ts";

interface TableParts {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Of the columns; none of them, and no system column, is ever null. */
  readonly key: readonly Column[];
  readonly nullable?: readonly Column[];
  readonly foreignKeys?: readonly ForeignKey[];
}

/** A table of records, under another name where one is given. */
export function createRecordTable(
  context: SqlContext,
  table: Table,
  foreignKeys: readonly ForeignKey[],
  name = table.name,
): Statement {
  const key = [...keyColumns(table), idColumn];
  return createTable(context, { name, columns: allColumns(table), key, nullable: table.fields, foreignKeys });
}

export function createTable({ builder, dialect }: SqlContext, parts: TableParts): Statement {
  const { name, columns, key, nullable = [], foreignKeys = [] } = parts;
  const start: CreateTableBuilder<string, string> = builder.schema.createTable(name);
  const filled = columns.reduce(
    (create, column) =>
      create.addColumn(column.name, dialect.columnTypes[column.kind], (definition) =>
        nullable.includes(column) ? definition : definition.notNull(),
      ),
    start,
  );
  const keyNames = key.map((column) => column.name);
  const complete = foreignKeys.reduce(
    (create, each) =>
      create.addForeignKeyConstraint(each.name, each.columns, each.parent, parentColumns, judgedAtCommit),
    filled.addPrimaryKeyConstraint(joinedName(name, "key"), keyNames),
  );
  return complete.modifyEnd(dialect.tableEnd ?? sql``).compile();
}
