import type { Hold } from "../holds.ts";
import type { StoreStats, TypeStats } from "../store.ts";

/** The totals over a list of types, with what is listed. */
export function summarise(types: readonly TypeStats[], holds: readonly Hold[]): StoreStats {
  const records = types.reduce((sum, each) => sum + each.records, 0);
  const tombstones = types.reduce((sum, each) => sum + each.tombstones, 0);
  return { records, tombstones, types, holds };
}
