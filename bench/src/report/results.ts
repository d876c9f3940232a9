import type { Measured } from "../run/run-workload.ts";
import type { StoreName, System } from "../subject.ts";

/** What a run has measured of one kind of store. */
export interface StoreResults {
  readonly store: StoreName;
  readonly systems: readonly System[];
  readonly measured: readonly Measured[];
  /** Systems that did not open, and what else went wrong, a sentence each. */
  readonly remarks: readonly string[];
}
