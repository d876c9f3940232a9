import type { HoldOptions } from "./holds.ts";
import type { StoredRecord, Tombstone } from "./record.ts";

/** Where a follower stands: opaque text, good for one tenant of one store, which outlives restarts. */
export type ChangeCursor = string;

/** The latest state of a record, as of when it was read: earlier states may have been joined into it. */
export type Change =
  | { readonly kind: "put"; readonly record: StoredRecord }
  | { readonly kind: "delete"; readonly tombstone: Tombstone };

export interface ChangeBatch {
  /** At most 1,000, with 8 MiB of JSON text in all, or one that has more alone. */
  readonly changes: readonly Change[];
  /** Go on from here. */
  readonly next: ChangeCursor;
  /** Whether a follower that has applied all batches up to this one equals the tenant as of this batch. */
  readonly caughtUp: boolean;
}

export interface ChangesOptions {
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal;
  /** Wait for more instead of ending when caught up. @default false */
  readonly follow?: boolean;
  /**
   * Keeps deletes that the follower has not seen from being forgotten, however old they get, until it is released with
   * `releaseHold`, or expires. To ask for the next batch says that the one before is dealt with: the hold then moves on.
   * It is stored, and outlives restarts. @default none
   */
  readonly hold?: HoldOptions;
}
