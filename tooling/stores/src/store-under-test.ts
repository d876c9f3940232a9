import type { StoreTarget } from "@holdfast/conformance";
import type { StoreName } from "@holdfast-tooling/pg-test";
import type { Store } from "@holdfast/core";

/** One backend of this repository, with fresh places to open stores on. */
export interface StoreUnderTest extends StoreTarget {
  readonly name: StoreName;
  /** The URL of a place that is fresh and empty, another one with each call; it is removed after the tests. */
  readonly freshUrl: () => Promise<string>;
  /** The URL of the place that a store of `open` or `reopen` stands on. */
  readonly urlOf: (store: Store) => string;
}
