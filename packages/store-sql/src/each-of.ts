import type { SqlDialect } from "./sql-dialect.ts";
import { sharedTable } from "./tables.ts";

/**
 * How rows of a table are found by their keys one by one, where that is the better way. Two indexes of the shared table
 * begin with tenant and type: before it was looked at, the planner takes them for equally good, and would walk all records
 * of a type for each id.
 */
export function eachOf({ eachOf: asRows }: SqlDialect, table: string): SqlDialect["eachOf"] {
  return table === sharedTable.name ? undefined : asRows;
}
