import { HoldfastError } from "@holdfast/core";

import type { SqlConnections } from "../sql-connections.ts";
import type { SqlContext } from "../sql-context.ts";
import type { StoredModel } from "../stored-model.ts";
import { epochTable } from "../tables.ts";
import { readOpeningStatement, storedModelOf } from "./model-row.ts";

export interface FoundModel {
  readonly model: StoredModel;
  /** Whether records are to be brought over, cleaned up behind, or brought up to date. */
  readonly hasWork: boolean;
}

/** The stored model, or undefined where there is no store yet. */
export async function readModel(context: SqlContext, connections: SqlConnections): Promise<FoundModel | undefined> {
  const { builder, dialect, schema } = context;
  try {
    return await readRow(context, connections);
  } catch (thrown) {
    if (!HoldfastError.is(thrown, "BACKEND_FAILURE")) throw thrown;
    const [present] = await connections.read([dialect.hasTable(epochTable, schema).compile(builder)]);
    if (present?.rows.length === 0) return undefined;
    // Another process may have made the store between the two looks; where it did not, the same failure comes again.
    return readRow(context, connections);
  }
}

async function readRow(context: SqlContext, connections: SqlConnections): Promise<FoundModel> {
  const [result] = await connections.read([readOpeningStatement(context)]);
  const row = result?.rows[0];
  return { model: storedModelOf(row), hasWork: typeof row?.["work"] === "string" };
}
