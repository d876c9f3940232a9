import { contentHash, type Store, type StoredRecord, type StoreStats } from "@holdfast/core";

import { TombstoneWalk } from "./deletes.ts";
import { provenStates, type ArchivedStates, type ProvenArchive } from "./proven-archive.ts";

const differencesMost = 100;

/** A record that is not in the store as it is in the archive. */
export interface ArchiveDifference {
  readonly tenant: string;
  readonly type: string;
  readonly id: string;
  readonly kind: "missing" | "different";
}

export interface ArchiveComparison {
  readonly equal: boolean;
  readonly differences: readonly ArchiveDifference[];
}

/** What of a store an archive does not have so: a record or a tombstone; no id where only the numbers tell. */
export interface Foreign {
  readonly tenant: string;
  readonly type: string;
  readonly id?: string;
}

/**
 * Whether a store holds every record of an archive and no other. `contents` leaves versions out, which rise where a
 * store's contents are replaced.
 */
export async function compareArchive(
  store: Store,
  reading: ProvenArchive,
  what: "all" | "contents",
): Promise<ArchiveComparison> {
  const differences: ArchiveDifference[] = [];
  let differing = 0;
  for await (const { tenant, type, records, stored } of withStored(store, reading)) {
    for (const [at, record] of records.entries()) {
      const found = stored[at];
      if (found !== undefined && isSame(record, found, what)) continue;
      differing += 1;
      const kind = found === undefined ? "missing" : "different";
      if (differences.length < differencesMost) differences.push({ tenant, type, id: record.id, kind });
    }
  }
  const { records } = await store.stats();
  return { equal: differing === 0 && records === reading.archive.records, differences };
}

/** Something in the store that is not just so in the archive; undefined where all is, as an interrupted restore leaves it. */
export async function foreignTo(store: Store, reading: ProvenArchive): Promise<Foreign | undefined> {
  let found = 0;
  let open: OpenSection | undefined;
  for await (const { tenant, type, records, stored, tombstones } of withStored(store, reading)) {
    for (const [at, record] of records.entries()) {
      const own = stored[at];
      if (own === undefined) continue;
      if (!isSame(record, own, "all")) return own;
      found += 1;
    }
    if (open?.tenant !== tenant || open.type !== type) {
      const left = await open?.walk.next();
      if (left !== undefined) return left;
      open = { tenant, type, walk: new TombstoneWalk(store.tenant(tenant), type, reading.options.batch) };
    }
    for (const tombstone of tombstones) {
      const { passed, found: own } = await open.walk.find(tombstone.id);
      const isOther = own !== undefined && (own.version !== tombstone.version || own.deleted !== tombstone.deleted);
      if (passed !== undefined || isOther) return passed ?? own;
    }
  }
  const left = await open?.walk.next();
  return left ?? foreignCollection(await store.stats(), reading, found);
}

interface OpenSection {
  readonly tenant: string;
  readonly type: string;
  readonly walk: TombstoneWalk;
}

/** A type in a tenant of which the archive has nothing or, as far as the numbers tell, not as many records. */
function foreignCollection(
  { records, types }: StoreStats,
  { archive }: ProvenArchive,
  found: number,
): Foreign | undefined {
  const unknown = types.filter(
    (own) => !archive.counts.some((count) => count.tenant === own.tenant && count.type === own.type),
  );
  const filled = unknown.find((own) => own.records + own.tombstones > 0);
  if (filled !== undefined || records === found) return filled;
  return types.find((each) => each.records > 0);
}

function isSame(a: StoredRecord, b: StoredRecord, what: "all" | "contents"): boolean {
  return contentHash(a) === contentHash(what === "all" ? b : { ...b, version: a.version });
}

async function* withStored(
  store: Store,
  reading: ProvenArchive,
): AsyncGenerator<ArchivedStates & { readonly stored: readonly (StoredRecord | undefined)[] }> {
  for await (const states of provenStates(reading)) {
    const ids = states.records.map(({ id }) => id);
    const stored = ids.length === 0 ? [] : await store.tenant(states.tenant).get(states.type, ids);
    yield { ...states, stored };
  }
}
