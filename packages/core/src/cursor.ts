import type { Condition } from "./condition.ts";
import type { OrderTerm } from "./driver.ts";
import { HoldfastError } from "./errors.ts";
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
export function tokenPlace(scope: TokenScope, token: unknown): readonly Scalar[] {
  const place = unsealedPlace(listOf(scope), token);
  if (place?.length === scope.order.length) return place;
  throw new HoldfastError("the page token does not belong to this query", { code: "INVALID_CURSOR" });
}

function listOf({ tenant, type, where, order }: TokenScope): readonly unknown[] {
  return [tenant, type, where, order];
}
