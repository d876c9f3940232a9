import { loadQuietly, requireNode } from "@holdfast/core";
import type * as nodeSqlite from "node:sqlite";

let loaded: typeof nodeSqlite | undefined;

/** Node's own SQLite, without the warning that Node 22 gives when it is first used. INVALID_CONFIG where Node is too old. */
export function builtinSqlite(): typeof nodeSqlite {
  requireNode(process.versions);
  loaded ??= loadQuietly("SQLite", () => process.getBuiltinModule("node:sqlite"));
  return loaded;
}
