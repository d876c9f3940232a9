import { contentHash, eventLoopTurn, type Store } from "@holdfast/core";

import { defaultBatch } from "./batch-size.ts";
import { collections } from "./collections.ts";
import { pagesById } from "./read-pages.ts";
import { RecordsHash } from "./records-hash.ts";

/**
 * One hash for everything that a store holds, in all tenants: SHA-256, in hex, over the content hashes of its records
 * in the order of type, tenant and id. Two stores with the same hash hold the same records, versions and times included.
 * The store is read page by page, so a hash that is taken while it is written to is that of no moment in particular.
 */
export async function storeHash(store: Store): Promise<string> {
  const hash = new RecordsHash();
  for (const { tenant, type } of await collections(store)) {
    for await (const records of pagesById(store.tenant(tenant), type, defaultBatch)) {
      for (const record of records) hash.add(contentHash(record));
      await eventLoopTurn();
    }
  }
  return hash.digest();
}
