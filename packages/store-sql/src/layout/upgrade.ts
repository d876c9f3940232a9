import type { RunStatements } from "../model-cache.ts";
import type { SqlContext } from "../sql-context.ts";

/** An upgrade under way, in the one transaction that it is. */
export interface Upgrade {
  readonly context: SqlContext;
  /** Runs statements that change tables or rows. */
  readonly run: RunStatements;
  /** Runs statements that only look. */
  readonly read: RunStatements;
}
