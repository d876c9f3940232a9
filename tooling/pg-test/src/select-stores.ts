const storeNames = ["memory", "json", "sqlite", "postgres"] as const;

/** The stores that a test run can cover. */
export type StoreName = (typeof storeNames)[number];

/**
 * Reads the environment variable `STORES`, a comma-separated list that narrows a test run. Absent or empty means all of
 * them; a name that is none of them is an error, so that a slip of the pen never passes for a green run.
 */
export function selectStores(list: string | undefined): readonly StoreName[] {
  const wanted = (list ?? "").split(",").flatMap((name) => name.trim() || []);
  const unknown = wanted.filter((name) => !storeNames.some((known) => known === name));
  if (unknown.length > 0) {
    throw new Error(`STORES names no store with "${unknown.join('", "')}"; there are ${storeNames.join(", ")}`);
  }
  return wanted.length === 0 ? storeNames : storeNames.filter((name) => wanted.includes(name));
}
