import type { OpenOptions, Store } from "@holdfast/core";

/** A backend under test: how to open stores of it, and what it claims beside the contract that all keep. */
export interface StoreTarget {
  /** As it shall stand in the tests' names. */
  readonly name: string;
  /** Opens a store on a fresh and empty place, another one with each call. The suite closes it. */
  readonly open: (options: OpenOptions) => Promise<Store>;
  /** Opens the place of an earlier store of `open` once more. Absent where the data ends with its store. */
  readonly reopen?: (earlier: Store, options: OpenOptions) => Promise<Store>;
  /**
   * Whether `reopen` works while the earlier store is open: true exactly where `guarantees.writers` is not `"process"`.
   * @default false
   */
  readonly sharable?: boolean;
  /**
   * Whether an open transaction makes all other calls wait for its end, those of other stores too: true exactly where
   * `guarantees.oneAtATime` is.
   * @default false
   */
  readonly oneAtATime?: boolean;
}
