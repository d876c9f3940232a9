import type { RunStatements } from "../model-cache.ts";
import { BatchSize } from "./batch-size.ts";
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
  /** Records at most. @default no limit */
  readonly recordsMost?: number;
}

/**
 * The second phase of an upgrade: brings records over in transactions of 1,000 each, or fewer where others write to the
 * same table so fast that they are in the way of longer ones, puts the coming layout into force,
 * and cleans up behind it. May be cut off anywhere, be gone on with by any process, and be done by several at once.
 * False where it stopped at `recordsMost`. Throws what refuses the coming layout.
 */
export async function rewrite(parts: WorkParts, options: RewriteOptions): Promise<boolean> {
  const { context, connections, models } = parts;
  const { isOwn, recordsMost = Infinity } = options;
  const read: RunStatements = (statements) => connections.read(statements);
  const size = new BatchSize();
  let records = 0;
  for (;;) {
    // What is on its way for another program is left to those that can lift its documents.
    const mayFill = isOwn || models.current.coming === undefined;
    const kinds: readonly WorkKind[] = mayFill ? ["move", "fill", "lift", "clean"] : ["clean"];
    const work = await persistently(options, () => firstWork(context, read, kinds));
    if (work !== undefined) {
      if (records >= recordsMost) return false;
      records += await persistently(options, () => size.tried((limit) => doBatch(parts, work, limit)));
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
