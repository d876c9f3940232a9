import { setTimeout as delay } from "node:timers/promises";

import { emptyLayout, HoldfastError } from "@holdfast/core";
import type { DriverOptions, Layout } from "@holdfast/core";

import { ModelCache } from "../model-cache.ts";
import type { SqlConnections } from "../sql-connections.ts";
import type { SqlContext } from "../sql-context.ts";
import { StoredModel } from "../stored-model.ts";
import { createStore } from "./create-store.ts";
import { withdrawUpgrade } from "./end-upgrade.ts";
import { goOnWithUpgrade, isRefusal, startUpgrade } from "./own-upgrade.ts";
import { holdsAll } from "./plan-upgrade.ts";
import { readModel } from "./read-model.ts";
import { rewrite } from "./rewrite.ts";
import type { RewriteOptions } from "./rewrite.ts";
import type { WorkParts } from "./work-batch.ts";

const triesMost = 20;
/** Records that opening waits for: a store of some thousand is done when it is open. */
const recordsWaitedFor = 10_000;

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
 * LAYOUT_OUTDATED where that is not wanted, STORE_UNAVAILABLE where there is no store to be read.
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
  if (found === undefined && options.access === "read") throw absent(connections.identity);
  if (!mayChange) throw outdated(connections.identity);
  try {
    if (found === undefined) await createStore(context, connections, options.signal);
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
  { signal }: DriverOptions,
): Promise<OpenedModel> {
  const models = new ModelCache(new StoredModel(0, emptyLayout));
  const parts = { context, connections, models, signal };
  const limits = { recordsMost: recordsWaitedFor, triesMost, signal };
  await startUpgrade(parts, declared);
  try {
    const isDone = await goOnWithUpgrade(parts, declared, limits);
    const { layout, coming = layout } = models.current;
    return { models, layout: coming, left: isDone ? "other" : "own" };
  } catch (thrown) {
    if (isRefusal(thrown)) await takeBack(parts, limits);
    throw thrown;
  }
}

/** Leaves the store as it was before; a role that may not change tables leaves that to an administrator. */
async function takeBack(parts: WorkParts, limits: Omit<RewriteOptions, "isOwn">): Promise<void> {
  const { coming } = parts.models.current;
  if (coming === undefined) return;
  try {
    await withdrawUpgrade(parts, coming);
    await rewrite(parts, { ...limits, isOwn: false });
  } catch (thrown) {
    if (!HoldfastError.is(thrown, "INVALID_CONFIG")) throw thrown;
  }
}

function absent(identity: string): HoldfastError {
  return new HoldfastError(
    `there is no store in ${identity}, or this role sees none of its tables: look whether its name is spelled right`,
    { code: "STORE_UNAVAILABLE", retryable: false },
  );
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
