import { setTimeout as delay } from "node:timers/promises";

import { HoldfastError, unionLayout } from "@holdfast/core";
import type { DriverOptions, Layout } from "@holdfast/core";

import type { SqlConnections } from "../sql-connections.ts";
import type { SqlContext } from "../sql-context.ts";
import type { StoredModel } from "../stored-model.ts";
import { epochTable } from "../tables.ts";
import { createStore } from "./create-store.ts";
import { layoutText, readModelStatement, storedModelOf } from "./model-row.ts";
import { upgradeModel } from "./upgrade-model.ts";

const triesMost = 20;

/**
 * The model of a store after opening: what was stored, with what is declared. One statement where nothing is new; else
 * the tables are created or changed, by one process at a time. LAYOUT_OUTDATED where that is not wanted.
 */
export async function openModel(
  context: SqlContext,
  connections: SqlConnections,
  declared: Layout,
  options: DriverOptions,
): Promise<StoredModel> {
  const mayChange = options.layout === "upgrade" && options.access === "write";
  for (let tries = 1; ; tries++) {
    try {
      const stored = await readModel(context, connections);
      if (stored !== undefined && holdsAll(stored, declared)) return stored;
      if (!mayChange) throw outdated(connections.identity);
      if (stored === undefined) await createStore(context, connections);
      else return await upgradeModel(context, connections, declared);
    } catch (thrown) {
      if (tries === triesMost || !mayPass(thrown)) throw thrown;
      await delay(Math.random() * 20 * tries);
    }
  }
}

/** The stored model, or undefined where there is no store yet. */
async function readModel(context: SqlContext, connections: SqlConnections): Promise<StoredModel | undefined> {
  const { builder, dialect, schema } = context;
  try {
    const [result] = await connections.read([readModelStatement(context)]);
    return storedModelOf(result?.rows[0]);
  } catch (thrown) {
    if (!HoldfastError.is(thrown, "BACKEND_FAILURE")) throw thrown;
    const [present] = await connections.read([dialect.hasTable(epochTable, schema).compile(builder)]);
    if (present?.rows.length === 0) return undefined;
    throw thrown;
  }
}

function holdsAll(stored: StoredModel, declared: Layout): boolean {
  return layoutText(unionLayout(stored.layout, declared)) === layoutText(stored.layout);
}

/** Two processes that change tables at once may get in each other's way; what was committed is found when reading again. */
function mayPass(thrown: unknown): boolean {
  return HoldfastError.is(thrown, "TRANSACTION_CONFLICT") || HoldfastError.is(thrown, "COMMIT_UNKNOWN");
}

function outdated(identity: string): HoldfastError {
  return new HoldfastError(
    `${identity} lacks something that the model declares; open it with layout: "upgrade" and access: "write"`,
    { code: "LAYOUT_OUTDATED" },
  );
}
