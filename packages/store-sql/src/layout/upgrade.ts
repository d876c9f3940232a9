import type { RunStatements } from "../model-cache.ts";
import type { SqlContext } from "../sql-context.ts";

/** An upgrade under way: its statements run in the one transaction that it is. */
export interface Upgrade {
  readonly context: SqlContext;
  readonly run: RunStatements;
}
