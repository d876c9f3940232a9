import type { Store } from "@holdfast/core";

/** The store whose calls end with ABORTED when the signal is given; the store itself where there is none. */
export function withSignal(store: Store, signal: AbortSignal | undefined): Store {
  return signal === undefined ? store : store.within({ signal });
}
