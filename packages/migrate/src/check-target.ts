import { contentHash, HoldfastError, type Store, type StoredRecord, type StoreSession } from "@holdfast/core";

import { collections, type Collection } from "./collections.ts";
import { TombstoneWalk } from "./deletes.ts";
import { pagesById } from "./read-pages.ts";

/**
 * INVALID_CONFIG where both are openings, or views, of the same data. A store refuses to be called from inside a
 * transaction on it, whoever opened it, and that tells.
 */
export async function refuseSameStore(from: Store, to: Store): Promise<void> {
  try {
    await from.transaction(() => to.now(), { readOnly: true, timeoutMs: Infinity });
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
  for (const held of await collections(to)) {
    if (held.records === 0) continue;
    const target = to.tenant(held.tenant);
    const work = (source: StoreSession): Promise<void> => refuseForeignRecords(source, target, held, batch);
    // As of one moment: else a record that is deleted meanwhile might be found neither alive nor deleted.
    await from.tenant(held.tenant).transaction(work, { readOnly: true, timeoutMs: Infinity });
  }
}

async function refuseForeignRecords(
  source: Pick<StoreSession, "get" | "tombstones">,
  target: Store,
  held: Collection,
  batch: number,
): Promise<void> {
  const walk = new TombstoneWalk(source, held.type, batch);
  for await (const records of pagesById(target, held.type, batch)) {
    const originals = await source.get(
      held.type,
      records.map(({ id }) => id),
    );
    for (const [at, record] of records.entries()) {
      const original = originals[at];
      const { found } = original === undefined ? await walk.find(record.id) : { found: undefined };
      const isKnown =
        original === undefined ? found !== undefined && record.version < found.version : isCopyOf(record, original);
      if (!isKnown) throw foreignRecord(held, record);
    }
  }
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
