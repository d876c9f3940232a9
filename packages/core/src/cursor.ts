import type { Condition } from "./condition.ts";
import type { OrderTerm } from "./driver.ts";
import { HoldfastError } from "./errors.ts";
import type { QueryKind } from "./queryable-fields.ts";
import { systemFields } from "./query.ts";
import type { Scalar } from "./record.ts";
import { sealedPlace, unsealedPlace } from "./sealed-place.ts";

/** What a page token belongs to; a token is good for nothing else. */
export interface TokenScope {
  readonly tenant: string;
  readonly type: string;
  readonly where: Condition;
  readonly order: readonly OrderTerm[];
}

/** A page token holds the place of a row, one value for each term of the order. */
export function pageToken(scope: TokenScope, place: readonly Scalar[]): string {
  return sealedPlace(listOf(scope), place);
}

/** The place in a token; INVALID_CURSOR for one that is altered, or made for another tenant, type, condition or order. */
export function tokenPlace(scope: TokenScope, token: unknown, kindOf: (field: string) => QueryKind): readonly Scalar[] {
  const place = unsealedPlace(listOf(scope), token);
  const { order } = scope;
  // No secret is in the seal, so what it closes is checked too.
  const fits =
    place?.length === order.length && order.every(({ field }, at) => canStand(field, kindOf(field), place[at]));
  if (fits) return place;
  throw new HoldfastError("the page token does not belong to this query", { code: "INVALID_CURSOR" });
}

function canStand(field: string, kind: QueryKind, value: Scalar | undefined): boolean {
  if (value === null) return !systemFields.some((each) => each === field);
  if (kind === "time" || field === "version") return Number.isSafeInteger(value);
  return typeof value === kind;
}

function listOf({ tenant, type, where, order }: TokenScope): readonly unknown[] {
  return [tenant, type, where, order];
}
