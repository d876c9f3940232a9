import { randomUUID } from "node:crypto";

import { emptyLayout } from "@holdfast/core";

import { inTransaction } from "../in-transaction.ts";
import type { SqlConnection, SqlConnections } from "../sql-connections.ts";
import type { SqlContext } from "../sql-context.ts";
import type { Column } from "../sql-dialect.ts";
import type { Statement } from "../statement.ts";
import {
  clockTable,
  epochTable,
  feedTable,
  outdatedColumns,
  outdatedTable,
  placeColumn,
  problemColumn,
  workColumns,
  workTable,
  holdColumns,
  holdsTable,
  prunedTable,
  sharedTable,
  tenantColumn,
  tombstoneColumns,
  tombstonesTable,
} from "../tables.ts";
import { createRecordTable, createTable } from "./create-table.ts";
import { layoutFormat, layoutText } from "./model-row.ts";
import { createIndex, sharedIndexes, sharedShapes } from "./table-indexes.ts";

const one: Column = { name: "_one", kind: "integer" };
const coming: Column = { name: "coming", kind: "string" };
const move: Column = { name: "move", kind: "string" };
const epochColumns: readonly Column[] = [
  one,
  { name: "epoch", kind: "integer" },
  { name: "format", kind: "integer" },
  { name: "model", kind: "string" },
  coming,
  move,
];
const clockColumns: readonly Column[] = [one, { name: "stamp", kind: "integer" }, { name: "changes", kind: "integer" }];
const feedColumns: readonly Column[] = [one, { name: "store", kind: "string" }];
const prunedColumns: readonly Column[] = [tenantColumn, { name: "pruned", kind: "string" }];

/** Creates the store's own tables, with an empty model, unless another process was faster. */
export async function createStore(
  context: SqlContext,
  connections: SqlConnections,
  signal: AbortSignal | undefined,
): Promise<void> {
  const create = async (connection: SqlConnection): Promise<void> => {
    await connection.begin("upgrade", []);
    await createStoreTables(context, connection);
    await connection.commit([]);
  };
  await inTransaction(connections, "upgrade", create, signal);
}

/** The same in a transaction that is open. */
export async function createStoreTables(context: SqlContext, connection: SqlConnection): Promise<void> {
  const { builder, dialect, schema } = context;
  await dialect.prepareStore(connection, schema);
  const [present] = await connection.execute([dialect.hasTable(epochTable, schema).compile(builder)]);
  if (present?.rows.length !== 0) return;
  await connection.execute(storeStatements(context));
  await dialect.informPlanner(connection, sharedShapes(), schema);
}

function storeStatements(context: SqlContext): readonly Statement[] {
  const { builder, dialect } = context;
  const epoch = { _one: 1, epoch: 1, format: layoutFormat, model: layoutText(emptyLayout) };
  const clock = [
    createTable(context, { name: clockTable, columns: clockColumns, key: [one] }),
    builder.insertInto(clockTable).values({ _one: 1, stamp: 0, changes: 0 }).compile(),
  ];
  return [
    createTable(context, { name: epochTable, columns: epochColumns, key: [one], nullable: [coming, move] }),
    createRecordTable(context, sharedTable, []),
    createTable(context, { name: tombstonesTable, columns: tombstoneColumns, key: tombstoneColumns.slice(0, 3) }),
    createTable(context, {
      name: workTable,
      columns: workColumns,
      key: workColumns.slice(0, 2),
      nullable: [placeColumn],
    }),
    createTable(context, {
      name: outdatedTable,
      columns: outdatedColumns,
      key: outdatedColumns.slice(0, 3),
      nullable: [problemColumn],
    }),
    ...sharedIndexes.map((index) => createIndex(context, index)),
    createTable(context, { name: feedTable, columns: feedColumns, key: [one] }),
    createTable(context, { name: prunedTable, columns: prunedColumns, key: [tenantColumn] }),
    createTable(context, { name: holdsTable, columns: holdColumns, key: holdColumns.slice(0, 2) }),
    ...(dialect.keepsClock ? clock : []),
    builder.insertInto(feedTable).values({ _one: 1, store: randomUUID() }).compile(),
    builder.insertInto(epochTable).values(epoch).compile(),
  ];
}
