import type { OrderTerm } from "./driver.ts";
import { HoldfastError } from "./errors.ts";
import { readHandedIn, takeList, takeOnly } from "./handed-in.ts";
import { typeLayout } from "./layout.ts";
import type { Layout } from "./layout.ts";
import { queryKind } from "./queryable-fields.ts";

const termsMost = 8;
const anOrder = { what: '"orderBy"', code: "INVALID_QUERY" } as const;
const aTerm = { what: 'each part of "orderBy"', code: "INVALID_QUERY" } as const;
const insertionOrder: readonly OrderTerm[] = [
  { field: "createdAt", descending: false },
  { field: "id", descending: false },
];

/**
 * Checks an `orderBy` and completes it: `id` follows in the direction of the last field, so no two rows are equal.
 * INVALID_QUERY for another shape, and for mixed directions unless the fields are those of a declared index, in turn.
 */
export function parseOrder(layout: Layout, type: string, orderBy: unknown): readonly OrderTerm[] {
  if (orderBy === undefined) return insertionOrder;
  const terms = readHandedIn(anOrder, () =>
    takeList(orderBy, termsMost, anOrder).map((each) => parseTerm(layout, type, each)),
  );
  if (new Set(terms.map(({ field }) => field)).size < terms.length) throw invalid("an order names a field twice");
  const last = terms.at(-1);
  if (last === undefined) return insertionOrder;
  const isMixed = terms.some(({ descending }) => descending !== last.descending);
  if (isMixed && !isDeclaredIndex(layout, type, terms)) {
    throw invalid("an order has one direction for all its fields, except along a declared index");
  }
  const beforeId = terms.findIndex(({ field }) => field === "id");
  return beforeId === -1 ? [...terms, { field: "id", descending: last.descending }] : terms.slice(0, beforeId + 1);
}

/** The same places, walked the other way. */
export function reversed(order: readonly OrderTerm[]): readonly OrderTerm[] {
  return order.map(({ field, descending }) => ({ field, descending: !descending }));
}

function parseTerm(layout: Layout, type: string, term: unknown): OrderTerm {
  const { field, direction = "asc" } = takeOnly(term, ["field", "direction"], aTerm);
  if (typeof field !== "string") throw invalid('each part of "orderBy" is { field, direction }');
  if (direction !== "asc" && direction !== "desc") throw invalid('a direction is "asc" or "desc"');
  queryKind(layout, type, field);
  return { field, descending: direction === "desc" };
}

function isDeclaredIndex(layout: Layout, type: string, terms: readonly OrderTerm[]): boolean {
  const named = terms.map(({ field }) => field).join(" ");
  return typeLayout(layout, type)?.indexes.some(({ fields }) => fields.join(" ") === named) ?? false;
}

function invalid(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_QUERY" });
}
