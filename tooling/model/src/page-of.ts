import type { OrderBy, Query, Scalar, Where } from "@holdfast/core";

import { fieldsOf } from "./fields-of.ts";
import { kindOf } from "./model-layout.ts";
import type { Live, Reference } from "./reference.ts";
import { order, satisfies } from "./truth.ts";

/** Where a page token stands: the place of a row, and to which side of it the page lies. */
export interface Mark {
  readonly place: readonly Scalar[];
  readonly side: "after" | "before";
}

export interface ExpectedPage {
  readonly records: readonly Live[];
  /** How many rows follow behind the page, and how many stand before it. */
  readonly behind: number;
  readonly ahead: number;
}

const systemFields = ["id", "version", "createdAt", "updatedAt"];

/** The page that a query must give: every row that meets the condition, sorted, cut at the mark and at the limit. */
export function pageOf(reference: Reference, query: Query, mark: Mark | undefined): ExpectedPage {
  const terms = termsOf(query);
  const rows = matching(reference, query.type, query.where).sort((a, b) =>
    comparePlaces(terms, placeOf(a, terms), placeOf(b, terms)),
  );
  const limit = query.limit ?? 100;
  if (mark === undefined) return cut(rows, 0, limit);
  const sides = rows.map((row) => comparePlaces(terms, placeOf(row, terms), mark.place));
  if (mark.side === "after") return cut(rows, sides.filter((side) => side <= 0).length, limit);
  const before = sides.filter((side) => side < 0).length;
  return cut(rows, Math.max(0, before - limit), Math.min(before, limit));
}

/** The records of a type that meet a condition, in no order. */
export function matching(reference: Reference, type: string, where: Where | undefined): Live[] {
  return reference.all(type).filter((row) => satisfies(fieldsOf(row), where));
}

/** A record's place in a query's order. */
export function markOf(row: Live, query: Query, side: Mark["side"]): Mark {
  return { place: placeOf(row, termsOf(query)), side };
}

/** Whether queries on this type may name the field. */
export function isQueryable(type: string, field: string): boolean {
  return systemFields.includes(field) || kindOf(type, field) !== undefined;
}

function termsOf({ orderBy }: Query): readonly OrderBy[] {
  if (orderBy === undefined || orderBy.length === 0) {
    return [
      { field: "createdAt", direction: "asc" },
      { field: "id", direction: "asc" },
    ];
  }
  const complete = [...orderBy, { field: "id", direction: orderBy.at(-1)?.direction ?? "asc" } as const];
  // No two records share an id, so nothing behind it says where one stands: one that changes there stays in its place.
  return complete.slice(0, complete.findIndex(({ field }) => field === "id") + 1);
}

function placeOf(row: Live, terms: readonly OrderBy[]): readonly Scalar[] {
  return terms.map(({ field }) => fieldsOf(row)(field));
}

function comparePlaces(terms: readonly OrderBy[], a: readonly Scalar[], b: readonly Scalar[]): number {
  for (const [at, { direction }] of terms.entries()) {
    const sign = order(a[at] ?? null, b[at] ?? null);
    if (sign !== 0) return direction === "asc" ? sign : -sign;
  }
  return 0;
}

function cut(rows: readonly Live[], from: number, count: number): ExpectedPage {
  const records = rows.slice(from, from + count);
  return { records, ahead: from, behind: rows.length - from - records.length };
}
