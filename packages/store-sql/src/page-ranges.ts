import { HoldfastError } from "@holdfast/core";
import type { OrderTerm, Scalar } from "@holdfast/core";
import { sql } from "kysely";

import { encodeValue } from "./record-codec.ts";
import type { SqlDialect } from "./sql-dialect.ts";
import { columnOf } from "./tables.ts";
import type { QueriedColumn, Table } from "./tables.ts";
import { allOf, compare, isNotNull, isNull } from "./where.ts";
import type { Predicate } from "./where.ts";

/** One column of an order, with the value that it has in the row behind which a page begins. */
interface Step {
  readonly column: QueriedColumn;
  readonly descending: boolean;
  readonly value: Scalar;
}

/**
 * The rows behind a place as disjoint ranges, in the order of the page: first those that share all but the last values
 * with it, then those that share fewer. Each is one range of an index on the order's columns; there is no OR in it.
 */
export function rangesBehind(
  dialect: SqlDialect,
  table: Table,
  order: readonly OrderTerm[],
  place: readonly Scalar[],
): readonly Predicate[] {
  const steps = order.map(({ field, descending }, at) => stepOf(columnOf(table, field), descending, place[at]));
  const runs = runsOf(steps);
  const ranges: Predicate[] = [];
  for (const [at, run] of [...runs.entries()].reverse()) {
    const shared = runs.slice(0, at).flatMap((each) => each.map((step) => sameValue(dialect, step)));
    for (const range of behind(dialect, run)) ranges.push(allOf([...shared, range]));
  }
  return ranges;
}

/** Neighbours that are never null and run in one direction are compared as one row value. */
function runsOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const runs: Step[][] = [];
  for (const step of steps) {
    const last = runs.at(-1);
    const [before] = last ?? [];
    const joins =
      before !== undefined && !before.column.nullable && !step.column.nullable && before.descending === step.descending;
    if (last !== undefined && joins) last.push(step);
    else runs.push([step]);
  }
  return runs;
}

function sameValue(dialect: SqlDialect, { column, value }: Step): Predicate {
  return value === null ? isNull(column) : compare(dialect, column, "eq", value);
}

function behind(dialect: SqlDialect, run: readonly Step[]): readonly Predicate[] {
  const [first] = run;
  if (first === undefined) return [];
  const { column, descending, value } = first;
  if (run.length > 1) {
    const columns = sql.join(run.map((step) => sql.ref(step.column.name)));
    const values = sql.join(run.map((step) => sql`${encodeValue(dialect, step.value)}`));
    return [descending ? sql`(${columns}) < (${values})` : sql`(${columns}) > (${values})`];
  }
  if (value === null) return descending ? [] : [isNotNull(column)];
  if (!descending) return [compare(dialect, column, "gt", value)];
  const below = compare(dialect, column, "lt", value);
  return column.nullable ? [below, isNull(column)] : [below];
}

/** Page tokens come from outside, so their values are checked before they are bound. */
function stepOf(column: QueriedColumn, descending: boolean, value: Scalar | undefined): Step {
  if (value !== undefined && canHold(column, value)) return { column, descending, value };
  throw new HoldfastError("the page token does not belong to this query", { code: "INVALID_CURSOR" });
}

function canHold(column: QueriedColumn, value: Scalar): boolean {
  if (value === null) return column.nullable;
  return column.kind === "integer" ? Number.isSafeInteger(value) : typeof value === column.kind;
}
