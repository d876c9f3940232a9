import type { ChangeCursor } from "./changes.ts";
import { HoldfastError } from "./errors.ts";
import type { Scalar } from "./record.ts";
import { sealedPlace, unsealedPlace } from "./sealed-place.ts";

/** A driver's place in a tenant's feed, sealed. */
export function changeCursor(tenant: string, place: readonly Scalar[]): ChangeCursor {
  return sealedPlace(["changes", tenant], place);
}

/** The place in a cursor; INVALID_CURSOR for one that is altered, or another tenant's. */
export function cursorPlace(tenant: string, cursor: unknown): readonly Scalar[] {
  const place = unsealedPlace(["changes", tenant], cursor);
  if (place !== undefined) return place;
  throw foreignCursor();
}

/** For a driver that is given a place of another store. */
export function foreignCursor(): HoldfastError {
  return new HoldfastError("the cursor is none of this tenant's feed", { code: "INVALID_CURSOR" });
}

/** For a driver that no longer knows all that changed behind a place. */
export function feedExpired(): HoldfastError {
  return new HoldfastError(
    "deletes behind the cursor were pruned, or the store was taken back to an earlier state: follow from the beginning",
    { code: "FEED_EXPIRED" },
  );
}
