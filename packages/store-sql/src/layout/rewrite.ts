import type { RunStatements } from "../model-cache.ts";
import type { Row } from "../sql-connections.ts";
import { settleUpgrade } from "./end-upgrade.ts";
import { doOutdated } from "./outdated-batch.ts";
import { persistently } from "./persistently.ts";
import type { Persistence } from "./persistently.ts";
import { doBatch } from "./work-batch.ts";
import type { WorkParts } from "./work-batch.ts";
import { firstWork } from "./work.ts";
import type { WorkKind } from "./work.ts";

export interface RewriteOptions extends Persistence {
  /** Whether this program's own model is on its way: then it brings the records over, since it can lift them. */
  readonly isOwn: boolean;
  /** Transactions at most. @default no limit */
  readonly batchesMost?: number;
}

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
    } else if (isOwn && models.current.coming !== undefined) {
      await lookAgain(parts, "faulty", options);
      await persistently(options, () => settleUpgrade(parts));
    } else {
      return true;
    }
  }
}

/** Tries once more to bring records up to date that could not be: all that are outdated, or those with a fault. */
export async function lookAgain(parts: WorkParts, which: "all" | "faulty", options: Persistence): Promise<void> {
  let last: Row | undefined;
  do {
    const after = last;
    last = await persistently(options, () => doOutdated(parts, which, after));
  } while (last !== undefined);
}
