import { setTimeout as delay } from "node:timers/promises";

import { HoldfastError, unionLayout } from "@holdfast/core";
import type { DriverOptions, ErrorCode, Layout } from "@holdfast/core";

import { inTransaction } from "../in-transaction.ts";
import { ModelCache } from "../model-cache.ts";
import { noResult } from "../sql-connections.ts";
import type { SqlConnections } from "../sql-connections.ts";
import type { SqlContext } from "../sql-context.ts";
import type { StoredModel } from "../stored-model.ts";
import { changeModel, isSameLayout } from "./change-model.ts";
import { createStore } from "./create-store.ts";
import { withdrawUpgrade } from "./end-upgrade.ts";
import { readModelStatement, storedModelOf } from "./model-row.ts";
import { holdsAll } from "./plan-upgrade.ts";
import { readModel } from "./read-model.ts";
import { rewrite } from "./rewrite.ts";

const triesMost = 20;
/** Transactions that opening waits for: a store of some thousand records is done when it is open. */
const batchesWaitedFor = 10;

export interface OpenedModel {
  readonly models: ModelCache;
  /** What is in force or, where records are still being brought over for what is declared, on its way. */
  readonly layout: Layout;
  /** What is left to do behind the opening: `own` where it is for what was declared. */
  readonly left: "nothing" | "own" | "other";
}

/**
 * The model of a store after opening: what was stored, with what is declared. One statement where nothing is new; else
 * the tables are created or changed, by one process at a time, and the first records are brought over.
 * LAYOUT_OUTDATED where that is not wanted.
 */
export async function openModel(
  context: SqlContext,
  connections: SqlConnections,
  declared: Layout,
  options: DriverOptions,
): Promise<OpenedModel> {
  for (let tries = 1; ; tries++) {
    try {
      return await tryToOpen(context, connections, declared, options);
    } catch (thrown) {
      // Two processes that change tables at once may get in each other's way.
      const isInTheWay = HoldfastError.is(thrown, "TRANSACTION_CONFLICT") || HoldfastError.is(thrown, "COMMIT_UNKNOWN");
      if (tries === triesMost || !isInTheWay) throw thrown;
      await delay(Math.random() * 20 * tries);
    }
  }
}

async function tryToOpen(
  context: SqlContext,
  connections: SqlConnections,
  declared: Layout,
  options: DriverOptions,
): Promise<OpenedModel> {
  const mayChange = options.layout === "upgrade" && options.access === "write";
  const found = await readModel(context, connections);
  if (found !== undefined && holdsAll(found.model.layout, declared)) {
    const left = found.hasWork && mayChange ? "other" : "nothing";
    return { models: new ModelCache(found.model), layout: found.model.layout, left };
  }
  if (!mayChange) throw outdated(connections.identity);
  try {
    if (found === undefined) await createStore(context, connections);
    return await upgraded(context, connections, declared, options);
  } catch (thrown) {
    // What a role may do was looked at when it connected: this one may not change tables.
    throw HoldfastError.is(thrown, "INVALID_CONFIG") ? outdated(connections.identity, thrown) : thrown;
  }
}

/** Both phases of an upgrade, as far as opening waits for the second. */
async function upgraded(
  context: SqlContext,
  connections: SqlConnections,
  declared: Layout,
  options: DriverOptions,
): Promise<OpenedModel> {
  const model = await startUpgrade(context, connections, declared);
  const layout = model.coming ?? model.layout;
  const models = new ModelCache(model);
  const parts = { context, connections, models };
  const { signal } = options;
  try {
    const isDone = await rewrite(parts, { isOwn: true, batchesMost: batchesWaitedFor, triesMost, signal });
    return { models, layout, left: isDone ? "other" : "own" };
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    await withdrawUpgrade(parts, layout);
    await rewrite(parts, { isOwn: false, batchesMost: batchesWaitedFor, triesMost, signal });
    if (isSameLayout(layout, unionLayout(model.layout, declared))) throw thrown;
    // Another program's model, which was on its way before, may be the one that the records do not bear.
    return upgraded(context, connections, declared, options);
  }
}

/** The first phase: no other process writes meanwhile, so an upgrade that fails in it has changed nothing. */
function startUpgrade(context: SqlContext, connections: SqlConnections, declared: Layout): Promise<StoredModel> {
  return inTransaction(connections, "upgrade", async (connection) => {
    await connection.begin("upgrade", []);
    await context.dialect.lockForUpgrade(connection, context.schema);
    const run = connection.execute.bind(connection);
    const [result = noResult] = await run([readModelStatement(context)]);
    const model = await changeModel({ context, run, read: run }, storedModelOf(result.rows[0]), declared);
    await connection.commit([]);
    return model;
  });
}

const refusals: readonly ErrorCode[] = [
  "INVALID_ENTITY",
  "INDEX_VALUE_TOO_LARGE",
  "UNIQUE_VIOLATION",
  "REFERENCE_VIOLATION",
];

function isRefusal(thrown: unknown): boolean {
  return HoldfastError.is(thrown) && refusals.includes(thrown.code);
}

function outdated(identity: string, cause?: unknown): HoldfastError {
  const cure =
    cause === undefined
      ? 'open it with layout: "upgrade" and access: "write"'
      : "and its role may not change tables: `holdfast layout --print` shows what an administrator has to run";
  return new HoldfastError(`${identity} lacks something that the model declares; ${cure}`, {
    code: "LAYOUT_OUTDATED",
    cause,
  });
}
