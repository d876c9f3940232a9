import type { StoreStats, TypeStats } from "../store.ts";

/** The totals over a list of types, with the list. */
export function summarise(types: readonly TypeStats[]): StoreStats {
  const records = types.reduce((sum, each) => sum + each.records, 0);
  const tombstones = types.reduce((sum, each) => sum + each.tombstones, 0);
  return { records, tombstones, types };
}
