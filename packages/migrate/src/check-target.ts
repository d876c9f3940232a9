import { contentHash, HoldfastError, type Store, type StoredRecord } from "@holdfast/core";

import { collections, type Collection } from "./collections.ts";
import { deletes } from "./deletes.ts";
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
    throw new HoldfastError("the source and the target are the same store: name another one as the target", {
      code: "INVALID_CONFIG",
      cause,
    });
  }
}

/**
 * CONFLICT where the target holds a record that the source does not know, or knows in an earlier version only: then it
 * has a life of its own, which a copy would mix up with the source's. What an interrupted copy left is no obstacle, nor
 * is what the source has changed or deleted since.
 */
export async function refuseForeignTarget(from: Store, to: Store, batch: number): Promise<void> {
  const sources = await collections(from);
  for (const held of await collections(to)) {
    const { tenant, type } = held;
    const original = sources.find((each) => each.tenant === tenant && each.type === type);
    await refuseForeignRecords(from.tenant(tenant), to.tenant(tenant), {
      held,
      batch,
      deletes: original?.tombstones ?? 0,
    });
  }
}

interface HeldCollection {
  readonly held: Collection;
  readonly batch: number;
  /** Of the collection that the source knows of. */
  readonly deletes: number;
}

async function refuseForeignRecords(from: Store, to: Store, collection: HeldCollection): Promise<void> {
  const { held, batch } = collection;
  const missing = new Map<string, StoredRecord>();
  for await (const records of pagesInOrder(to, held.type, batch)) {
    const ids = records.map(({ id }) => id);
    const originals = await from.get(held.type, ids);
    for (const [at, record] of records.entries()) {
      const original = originals[at];
      if (original === undefined) missing.set(record.id, record);
      const isKnown = original === undefined ? missing.size <= collection.deletes : isCopyOf(record, original);
      if (!isKnown) throw foreignRecord(held, record);
    }
  }
  const [foreign] = await withoutDeleted(from, missing);
  if (foreign !== undefined) throw foreignRecord(held, foreign);
}

/** Those of the records, all of one type, that the source never had: it does not know of their delete either. */
async function withoutDeleted(
  from: Store,
  missing: ReadonlyMap<string, StoredRecord>,
): Promise<readonly StoredRecord[]> {
  if (missing.size === 0) return [];
  const left = new Map(missing);
  for await (const tombstones of deletes(from)) {
    for (const { type, id, version } of tombstones) {
      const record = left.get(id);
      if (record?.type === type && record.version < version) left.delete(id);
    }
  }
  return [...left.values()];
}

function isCopyOf(held: StoredRecord, original: StoredRecord): boolean {
  if (held.version > original.version) return false;
  if (held.version === original.version) return contentHash(held) === contentHash(original);
  return held.created === original.created;
}

function foreignRecord({ tenant, type, records }: Collection, { id }: StoredRecord): HoldfastError {
  return new HoldfastError(
    `the target is not empty, and ${type} "${id}" in it (tenant "${tenant}", which has ${records} of the type) does not come from the source: copy into an empty store`,
    { code: "CONFLICT", details: { tenant, type, id } },
  );
}
