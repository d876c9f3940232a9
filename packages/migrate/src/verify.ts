import type { Store } from "@holdfast/core";

import { checkBatch } from "./batch-size.ts";
import { byTypeAndTenant, collections, type Collection } from "./collections.ts";
import { compareTombstones, type TombstonesComparison } from "./compare-tombstones.ts";
import { differingFields } from "./differing-fields.ts";
import { KeyRanges, type KeyRange } from "./key-ranges.ts";
import { pairsById, type RecordPair } from "./pairs-by-id.ts";
import { RecordsHash } from "./records-hash.ts";
import { withSignal } from "./with-signal.ts";

const defaultDifferences = 100;

export interface VerifyOptions {
  /** Records that are read at once, and compared as one key range, from 1 to 10,000. @default 1_000 */
  readonly batch?: number;
  /** What to compare, such as a range of an earlier report. @default everything */
  readonly only?: VerifyPart;
  /** Differences that are named; all are counted. @default 100 */
  readonly differencesMost?: number;
  /** Called after each key range. */
  readonly onProgress?: (progress: { readonly compared: number; readonly total: number }) => void;
  /** Ends the comparison with ABORTED. */
  readonly signal?: AbortSignal;
}

/** A part of a store: what all that is given narrows it to. */
export interface VerifyPart {
  readonly tenant?: string;
  readonly type?: string;
  /** Ids behind this one. */
  readonly after?: string | undefined;
  /** Ids up to this one, which is among them. */
  readonly upTo?: string | undefined;
}

/** A record that is not the same in both stores: not in the target, only in the target, or there with other contents. */
export interface Difference {
  readonly tenant: string;
  readonly type: string;
  readonly id: string;
  readonly kind: "missing" | "extra" | "different";
  /** Of one that is different, which fields are: `version`, `updated`, `body.title`. At most 20, then "…". */
  readonly fields: readonly string[];
}

/** What the source holds of one type in one tenant. */
export interface CollectionReport {
  readonly tenant: string;
  readonly type: string;
  readonly count: number;
  /** SHA-256, in hex, over the content hashes of its records by id. */
  readonly hash: string;
}

export interface VerifyReport {
  /** Whether both stores hold the same records, versions and times included. */
  readonly equal: boolean;
  /** Ordered by type, then tenant. */
  readonly types: readonly CollectionReport[];
  readonly sourceRecords: number;
  readonly targetRecords: number;
  /** As `storeHash` gives it. */
  readonly sourceHash: string;
  readonly targetHash: string;
  /** How many records differ. */
  readonly differing: number;
  /** The first of them, ordered by type, tenant and id. */
  readonly differences: readonly Difference[];
  /** What both know of deletes: counted apart, since each forgets them by age, and `equal` is about records. */
  readonly tombstones: TombstonesComparison;
  /** How many key ranges were compared. */
  readonly rangesCompared: number;
  /** The first thousand of those that differ. `verify` takes each as `only`. */
  readonly ranges: readonly KeyRange[];
  /** How long it took. */
  readonly milliseconds: number;
}

/**
 * Compares two stores record by record, all tenants, by content hash: read page by page and merged by id, so memory
 * stays bounded. Names the records that differ and in which fields, and the key ranges in which they lie. Writes that
 * happen meanwhile may show as differences.
 */
export async function verify(from: Store, to: Store, options: VerifyOptions = {}): Promise<VerifyReport> {
  const batch = checkBatch(options.batch);
  const { only = {}, differencesMost = defaultDifferences } = options;
  const [source, target] = [withSignal(from, options.signal), withSignal(to, options.signal)];
  const started = performance.now();
  const [sourceHash, targetHash] = [new RecordsHash(), new RecordsHash()];
  const types: CollectionReport[] = [];
  const differences: Difference[] = [];
  const all = await allCollections(source, target, only);
  const total = all.reduce((sum, { records }) => sum + records, 0);
  const ranges = new KeyRanges(batch, () =>
    options.onProgress?.({ compared: Math.min(total, sourceHash.count), total }),
  );
  let differing = 0;
  const tombstones = { source: 0, target: 0, differing: 0 };
  for (const { tenant, type } of all) {
    const collectionHash = new RecordsHash();
    ranges.begin({ tenant, type, after: only.after });
    const reading = { type, batch, range: only };
    for await (const pairs of pairsById(source.tenant(tenant), target.tenant(tenant), reading)) {
      for (const pair of pairs) {
        const { source: own, target: other } = pair;
        collectionHash.add(own);
        sourceHash.add(own);
        targetHash.add(other);
        ranges.add(pair);
        if (own === other) continue;
        differing += 1;
        if (differences.length < differencesMost)
          differences.push({ tenant, type, id: pair.id, ...differenceOf(pair) });
      }
    }
    ranges.end(only.upTo);
    const compared = await compareTombstones(source.tenant(tenant), target.tenant(tenant), reading);
    tombstones.source += compared.source;
    tombstones.target += compared.target;
    tombstones.differing += compared.differing;
    types.push({ tenant, type, count: collectionHash.count, hash: collectionHash.digest() });
  }
  return {
    equal: differing === 0,
    types: types.filter(({ count }) => count > 0),
    sourceRecords: sourceHash.count,
    targetRecords: targetHash.count,
    sourceHash: sourceHash.digest(),
    targetHash: targetHash.digest(),
    differing,
    differences,
    tombstones,
    rangesCompared: ranges.compared,
    ranges: ranges.differing,
    milliseconds: Math.round(performance.now() - started),
  };
}

/** The collections of either store, with the number of records in the source. */
async function allCollections(source: Store, target: Store, only: VerifyPart): Promise<readonly Collection[]> {
  const all = [...(await collections(source)), ...(await collections(target))].sort(byTypeAndTenant);
  return all.filter((each, at) => {
    if ((only.tenant ?? each.tenant) !== each.tenant || (only.type ?? each.type) !== each.type) return false;
    const before = all[at - 1];
    return before === undefined || byTypeAndTenant(before, each) !== 0;
  });
}

function differenceOf({ source, target, records }: RecordPair): Pick<Difference, "kind" | "fields"> {
  if (target === undefined) return { kind: "missing", fields: [] };
  if (source === undefined) return { kind: "extra", fields: [] };
  return { kind: "different", fields: records === undefined ? [] : differingFields(...records) };
}
