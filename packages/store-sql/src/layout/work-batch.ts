import { typeLayout } from "@holdfast/core";

import { epochOf, holdEpochStatement } from "../epoch.ts";
import { inTransaction } from "../in-transaction.ts";
import type { ModelCache, RunStatements } from "../model-cache.ts";
import { placeOf, readBatch } from "../record-batches.ts";
import type { RecordRow } from "../record-batches.ts";
import { deleteRecords } from "../row-statements.ts";
import { noResult } from "../sql-connections.ts";
import type { SqlConnections } from "../sql-connections.ts";
import type { SqlContext } from "../sql-context.ts";
import type { Statement } from "../statement.ts";
import type { StoredModel } from "../stored-model.ts";
import { sharedTable } from "../tables.ts";
import type { Table } from "../tables.ts";
import { bringOver } from "./bring-over.ts";
import { advanceWork, holdWork, readWork, recordsAtWork, workOf } from "./work.ts";
import type { Work } from "./work.ts";

/** What bringing records over rests on. */
export interface WorkParts {
  readonly context: SqlContext;
  readonly connections: SqlConnections;
  readonly models: ModelCache;
  /** Ends the wait for others who keep a table that is to be changed. @default it waits as long as they do */
  readonly signal?: AbortSignal | undefined;
}

/** Records that one transaction brings over at most: readers and writers wait no longer than that. */
export const recordsAtOnce = 1_000;

/**
 * Does the next `limit` records of a piece of work, in a transaction of its own that also notes how far it has come. So work
 * that is cut off goes on behind what was committed, and of two processes at it, each does what the other has not.
 */
export async function doBatch({ context, connections, models }: WorkParts, work: Work, limit: number): Promise<void> {
  await inTransaction(connections, "write", async (connection) => {
    const run: RunStatements = (statements) => connection.execute(statements);
    const [held = noResult, , noted = noResult] = await connection.begin("write", [
      holdEpochStatement(context),
      holdWork(context, work),
      readWork(context, work),
    ]);
    const model = await models.at(epochOf(held).epoch, context, run);
    const [row] = noted.rows;
    await connection.commit(
      row === undefined ? [] : await batchStatements({ context, run, model }, workOf(row), limit),
    );
  });
}

interface BatchParts {
  readonly context: SqlContext;
  readonly run: RunStatements;
  readonly model: StoredModel;
}

async function batchStatements(
  { context, run, model }: BatchParts,
  work: Work,
  limit: number,
): Promise<readonly Statement[]> {
  const { type, kind, place } = work;
  const from = kind === "clean" ? sharedTable : model.table(type);
  const form = typeLayout(model.coming ?? model.layout, type)?.schemaVersion ?? 0;
  const where = recordsAtWork(kind, type, form);
  const batch = await readBatch(context, run, from, { where, after: place, limit, isHeld: true });
  const last = batch.length < limit ? undefined : batch.at(-1)?.row;
  const advanced = advanceWork(context, work, last === undefined ? undefined : placeOf(from, last));
  return [...(await workStatements(context, model, work, batch)), advanced];
}

async function workStatements(
  context: SqlContext,
  model: StoredModel,
  { type, kind }: Work,
  batch: readonly RecordRow[],
): Promise<readonly Statement[]> {
  if (kind !== "clean")
    return bringOver(context, { type, from: model.table(type), into: ownTable(model, type) }, batch);
  const keys = batch.map(({ record }) => record);
  return model.isDeclared(type) ? [...deleteRecords(context, sharedTable, type, keys)] : [];
}

/** The table of a type's own, with all columns that it will have. */
export function ownTable(model: StoredModel, type: string): Table {
  const { home, copy = home } = model.writtenTables(type);
  return copy;
}
