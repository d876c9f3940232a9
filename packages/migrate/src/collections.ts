import { compareText, type Store } from "@holdfast/core";

/** The records of one type in one tenant. */
export interface Collection {
  readonly tenant: string;
  readonly type: string;
  readonly records: number;
}

/** Every collection of a store that holds records, ordered by type, then tenant. */
export async function collections(store: Store): Promise<readonly Collection[]> {
  const { types } = await store.stats();
  return types
    .filter(({ records }) => records > 0)
    .map(({ tenant, type, records }) => ({ tenant, type, records }))
    .sort(byTypeAndTenant);
}

export function byTypeAndTenant(
  a: Pick<Collection, "tenant" | "type">,
  b: Pick<Collection, "tenant" | "type">,
): number {
  return compareText(a.type, b.type) || compareText(a.tenant, b.tenant);
}
