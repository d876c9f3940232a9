import { emptyLayout, HoldfastError, unionLayout } from "@holdfast/core";
import type { Layout } from "@holdfast/core";

import type { RunStatements } from "../model-cache.ts";
import { noResult } from "../sql-connections.ts";
import type { SqlConnection, SqlConnections } from "../sql-connections.ts";
import type { SqlContext } from "../sql-context.ts";
import type { Statement } from "../statement.ts";
import { StoredModel } from "../stored-model.ts";
import { changeModel, isSameLayout } from "./change-model.ts";
import { createStoreTables } from "./create-store.ts";
import { readModel } from "./read-model.ts";
import { renderStatement } from "./render-statement.ts";
import { settleModel } from "./settle-model.ts";
import type { Upgrade } from "./upgrade.ts";
import { firstWork } from "./work.ts";

/**
 * The statements that an upgrade to a layout would run now, in one transaction, as text: those of its first phase, or
 * where every record is brought over already, those that put it into force. None where nothing is new, or where records
 * are still on their way, which takes no rights on tables. Changes nothing.
 */
export async function planUpgrade(
  context: SqlContext,
  connections: SqlConnections,
  declared: Layout,
): Promise<readonly string[]> {
  const recorder = new Recorder(context, connections);
  const found = await readModel(context, connections);
  if (found === undefined) {
    await createStoreTables(context, recorder);
    await changeModel(recorder, new StoredModel(1, emptyLayout), declared);
  } else {
    const { layout, coming } = found.model;
    if (holdsAll(layout, declared)) return [];
    await context.dialect.lockForUpgrade(recorder, context.schema);
    if (coming === undefined || !holdsAll(coming, declared)) await changeModel(recorder, found.model, declared);
    else if (await isBroughtOver(recorder)) await settleModel(recorder, found.model, false);
    else return [];
  }
  return ["begin", ...recorder.changes.map(renderStatement), "commit"];
}

export function holdsAll(stored: Layout, declared: Layout): boolean {
  return isSameLayout(unionLayout(stored, declared), stored);
}

async function isBroughtOver({ context, read }: Upgrade): Promise<boolean> {
  return (await firstWork(context, read, ["move", "fill", "lift"])) === undefined;
}

/** Takes down what would be changed; what only looks is run. */
class Recorder implements Upgrade, SqlConnection {
  readonly changes: Statement[] = [];
  readonly context: SqlContext;
  readonly #connections: SqlConnections;

  constructor(context: SqlContext, connections: SqlConnections) {
    this.context = context;
    this.#connections = connections;
  }

  readonly run: RunStatements = async (statements) => {
    const results = [];
    for (const statement of statements) {
      const isLook = /^select /i.test(statement.sql);
      if (!isLook) this.changes.push(statement);
      results.push(...(isLook ? await this.read([statement]) : [noResult]));
    }
    return results;
  };

  /** What is not there yet has no rows. */
  readonly read: RunStatements = async (statements) => {
    try {
      return await this.#connections.read(statements);
    } catch (thrown) {
      if (!HoldfastError.is(thrown, "BACKEND_FAILURE")) throw thrown;
      return statements.map(() => noResult);
    }
  };

  begin: SqlConnection["begin"] = (_mode, statements) => this.run(statements);
  execute: SqlConnection["execute"] = (statements) => this.run(statements);
  commit: SqlConnection["commit"] = async (statements) => void (await this.run(statements));
  rollback: SqlConnection["rollback"] = async () => undefined;
}
