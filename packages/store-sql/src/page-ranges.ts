import { HoldfastError } from "@holdfast/core";
import type { OrderTerm, Scalar } from "@holdfast/core";

import { bindComparison } from "./bind-condition.ts";
import type { BoundValues } from "./bind-condition.ts";
import type { BoundCondition } from "./bound-condition.ts";
import { encodeValue } from "./record-codec.ts";
import { columnOf } from "./tables.ts";
import type { QueriedColumn, Table } from "./tables.ts";

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
  table: Table,
  order: readonly OrderTerm[],
  place: readonly Scalar[],
  into: BoundValues,
): readonly BoundCondition[] {
  const steps = order.map(({ field, descending }, at) => stepOf(columnOf(table, field), descending, place[at]));
  const runs = runsOf(steps);
  const ranges: BoundCondition[] = [];
  for (const [at, run] of [...runs.entries()].reverse()) {
    const shared = runs.slice(0, at).flatMap((each) => each.map((step) => sameValue(step, into)));
    for (const range of behind(run, into)) ranges.push({ kind: "all", of: [...shared, range] });
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

function sameValue({ column, value }: Step, into: BoundValues): BoundCondition {
  return value === null ? { kind: "null", column: column.name } : bindComparison(column, "eq", value, into);
}

function behind(run: readonly Step[], into: BoundValues): readonly BoundCondition[] {
  const [first] = run;
  if (first === undefined) return [];
  const { column, descending, value } = first;
  if (run.length > 1) {
    const columns = run.map((step) => step.column.name);
    const [at = 0] = run.map((step) => into.add(encodeValue(into.dialect, step.value)));
    return [{ kind: "row", columns, operator: descending ? "lt" : "gt", at }];
  }
  if (value === null) return descending ? [] : [{ kind: "notNull", column: column.name }];
  if (!descending) return [bindComparison(column, "gt", value, into)];
  const below = bindComparison(column, "lt", value, into);
  return column.nullable ? [below, { kind: "null", column: column.name }] : [below];
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
