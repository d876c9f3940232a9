import { unionLayout } from "@holdfast/core";
import type { Layout } from "@holdfast/core";

import { inTransaction } from "../in-transaction.ts";
import { noResult } from "../sql-connections.ts";
import type { SqlConnections } from "../sql-connections.ts";
import type { SqlContext } from "../sql-context.ts";
import { StoredModel } from "../stored-model.ts";
import { epochTable } from "../tables.ts";
import { changeTables } from "./change-tables.ts";
import { checkNames } from "./check-names.ts";
import { layoutText, readModelStatement, storedModelOf } from "./model-row.ts";

/**
 * Brings the stored model and its tables to the union with what is declared: all in one transaction, in which no other
 * process writes, so an upgrade that is refused or cut off has changed nothing.
 */
export function upgradeModel(context: SqlContext, connections: SqlConnections, declared: Layout): Promise<StoredModel> {
  const { builder, dialect, schema } = context;
  return inTransaction(connections, "upgrade", async (connection) => {
    await connection.begin("upgrade", []);
    await dialect.lockForUpgrade(connection, schema);
    const [result = noResult] = await connection.execute([readModelStatement(context)]);
    const stored = storedModelOf(result.rows[0]);
    const layout = unionLayout(stored.layout, declared);
    const isNew = layoutText(layout) !== layoutText(stored.layout);
    const next = isNew ? new StoredModel(stored.epoch + 1, layout) : stored;
    if (isNew) {
      checkNames(layout);
      const run = connection.execute.bind(connection);
      await changeTables({ context, run }, stored, next);
      const row = { epoch: next.epoch, model: layoutText(layout) };
      await run([builder.updateTable(epochTable).set(row).compile()]);
    }
    await connection.commit([]);
    return next;
  });
}
