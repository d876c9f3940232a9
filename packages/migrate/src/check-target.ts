import { contentHash, HoldfastError, type Store, type StoredRecord } from "@holdfast/core";

import { collections, type Collection } from "./collections.ts";
import { pagesInOrder } from "./read-pages.ts";

/**
 * INVALID_CONFIG where both are openings, or views, of the same data. A store refuses to be called from inside a
 * transaction on it, whoever opened it, and that tells.
 */
export async function refuseSameStore(from: Store, to: Store): Promise<void> {
  try {
    await from.transaction(() => to.now(), { readOnly: true });
  } catch (cause) {
    if (!HoldfastError.is(cause, "TRANSACTION_OUTER_USE")) throw cause;
    throw new HoldfastError("the source and the target are the same store", { code: "INVALID_CONFIG", cause });
  }
}

/**
 * CONFLICT where the target holds a record that the source does not hold, or holds in an earlier version: then it has a
 * life of its own, which a copy would mix up with the source's. What an interrupted copy left is no obstacle.
 */
export async function refuseForeignTarget(from: Store, to: Store, batch: number): Promise<void> {
  for (const collection of await collections(to)) {
    const { tenant, type } = collection;
    for await (const held of pagesInOrder(to.tenant(tenant), type, batch)) {
      const ids = held.map(({ id }) => id);
      const originals = await from.tenant(tenant).get(type, ids);
      const foreign = held.find((record, at) => !isCopyOf(record, originals[at]));
      if (foreign !== undefined) throw foreignRecord(collection, foreign);
    }
  }
}

function isCopyOf(held: StoredRecord, original: StoredRecord | undefined): boolean {
  if (original === undefined || held.version > original.version) return false;
  if (held.version === original.version) return contentHash(held) === contentHash(original);
  return held.created === original.created;
}

function foreignRecord({ tenant, type, records }: Collection, { id }: StoredRecord): HoldfastError {
  return new HoldfastError(
    `the target is not empty, and ${type} "${id}" in it (tenant "${tenant}", ${records} records of the type) does not come from the source: copy into an empty store`,
    { code: "CONFLICT", details: { tenant, type, id } },
  );
}
