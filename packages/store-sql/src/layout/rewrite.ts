import { setTimeout as delay } from "node:timers/promises";

import { HoldfastError } from "@holdfast/core";

import type { RunStatements } from "../model-cache.ts";
import type { Row } from "../sql-connections.ts";
import { settleUpgrade } from "./end-upgrade.ts";
import { doOutdated } from "./outdated-batch.ts";
import { doBatch } from "./work-batch.ts";
import type { WorkParts } from "./work-batch.ts";
import { firstWork } from "./work.ts";
import type { WorkKind } from "./work.ts";

export interface RewriteOptions {
  /** Whether this program's own model is on its way: then it brings the records over, since it can lift them. */
  readonly isOwn: boolean;
  /** Transactions at most. @default no limit */
  readonly batchesMost?: number;
  /** Of one transaction, when others are in its way or the store cannot be reached. @default no limit */
  readonly triesMost?: number;
  readonly signal?: AbortSignal | undefined;
}

const longestDelayMs = 2_000;
const passing = new Set(["TRANSACTION_CONFLICT", "STORE_BUSY", "STORE_UNAVAILABLE", "COMMIT_UNKNOWN"]);

/**
 * The second phase of an upgrade: brings records over in transactions of 1,000 each, puts the coming layout into force,
 * and cleans up behind it. May be cut off anywhere, be gone on with by any process, and be done by several at once.
 * False where it stopped at `batchesMost`. Throws what refuses the coming layout.
 */
export async function rewrite(parts: WorkParts, options: RewriteOptions): Promise<boolean> {
  const { context, connections, models } = parts;
  const { isOwn, batchesMost = Infinity } = options;
  const read: RunStatements = (statements) => connections.read(statements);
  let batches = 0;
  for (;;) {
    // What is on its way for another program is left to those that can lift its documents.
    const mayFill = isOwn || models.current.coming === undefined;
    const kinds: readonly WorkKind[] = mayFill ? ["move", "fill", "lift", "clean"] : ["clean"];
    const work = await persistently(options, () => firstWork(context, read, kinds));
    if (work !== undefined) {
      if (++batches > batchesMost) return false;
      await persistently(options, () => doBatch(parts, work));
      continue;
    }
    let last: Row | undefined;
    do {
      const after = last;
      last = await persistently(options, () => doOutdated(parts, after));
    } while (last !== undefined && ++batches <= batchesMost);
    if (last !== undefined) return false;
    if (!isOwn || models.current.coming === undefined) return true;
    await persistently(options, () => settleUpgrade(parts));
  }
}

/** Again and again while others are in the way: what a transaction has not committed, its next try does. */
async function persistently<T>({ triesMost = Infinity, signal }: RewriteOptions, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (thrown) {
      if (!HoldfastError.is(thrown) || !passing.has(thrown.code) || tries >= triesMost) throw thrown;
      const most = Math.min(longestDelayMs, 10 * 2 ** Math.min(tries, 10));
      await delay(Math.random() * most, undefined, signal === undefined ? {} : { signal });
    }
  }
}
