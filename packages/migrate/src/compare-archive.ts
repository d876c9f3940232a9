import { contentHash, type Store, type StoredRecord, type Tombstone } from "@holdfast/core";

import { deletes } from "./deletes.ts";
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
  const buried = await tombstonesOf(store, reading.archive.tombstones);
  let found = 0;
  for await (const { records, stored, tombstones } of withStored(store, reading)) {
    for (const [at, record] of records.entries()) {
      const own = stored[at];
      if (own === undefined) continue;
      if (!isSame(record, own, "all")) return own;
      found += 1;
    }
    for (const tombstone of tombstones) {
      const own = buried.get(keyOf(tombstone));
      if (own?.version === tombstone.version && own.deleted === tombstone.deleted) buried.delete(keyOf(tombstone));
    }
  }
  for (const tombstone of buried.values()) return tombstone;
  const { records, types } = await store.stats();
  return records === found ? undefined : types.find((each) => each.records > 0);
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

/** Those that the store knows of: all, or one more than so many. */
async function tombstonesOf(store: Store, most: number): Promise<Map<string, Tombstone>> {
  const found = new Map<string, Tombstone>();
  const { types } = await store.stats();
  for (const tenant of new Set(types.flatMap((each) => (each.tombstones > 0 ? [each.tenant] : [])))) {
    for await (const some of deletes(store.tenant(tenant))) {
      for (const each of some) found.set(keyOf(each), each);
      if (found.size > most) return found;
    }
  }
  return found;
}

function keyOf({ tenant, type, id }: Tombstone): string {
  return `${tenant} ${type} ${id}`;
}
