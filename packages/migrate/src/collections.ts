import { compareText, type Store } from "@holdfast/core";

/** The records of one type in one tenant. */
export interface Collection {
  readonly tenant: string;
  readonly type: string;
  readonly records: number;
  /** Deletes that the store still knows of. */
  readonly tombstones: number;
}

/** Every collection of a store that holds records or knows of deletes, ordered by type, then tenant. */
export async function collections(store: Pick<Store, "stats">): Promise<readonly Collection[]> {
  const { types } = await store.stats();
  return types
    .map(({ tenant, type, records, tombstones }) => ({ tenant, type, records, tombstones }))
    .sort(byTypeAndTenant);
}

export function byTypeAndTenant(
  a: Pick<Collection, "tenant" | "type">,
  b: Pick<Collection, "tenant" | "type">,
): number {
  return compareText(a.type, b.type) || compareText(a.tenant, b.tenant);
}
