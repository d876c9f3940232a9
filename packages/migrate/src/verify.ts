import type { Store } from "@holdfast/core";

import { checkBatch } from "./batch-size.ts";
import { byTypeAndTenant, collections, type Collection } from "./collections.ts";
import { pairsById, type HashPair } from "./pairs-by-id.ts";
import { RecordsHash } from "./records-hash.ts";
import { withSignal } from "./with-signal.ts";

const differencesMost = 100;

export interface VerifyOptions {
  /** Records that are read at once, from 1 to 10,000. @default 1_000 */
  readonly batch?: number;
  /** Ends the comparison with ABORTED. */
  readonly signal?: AbortSignal;
}

/** A record that is not the same in both stores: not in the target, only in the target, or there with other contents. */
export interface Difference {
  readonly tenant: string;
  readonly type: string;
  readonly id: string;
  readonly kind: "missing" | "extra" | "different";
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
  /** The first hundred of them, ordered by type, tenant and id. */
  readonly differences: readonly Difference[];
  /** How long it took. */
  readonly milliseconds: number;
}

/**
 * Compares two stores record by record, all tenants, by content hash: read page by page and merged by id, so memory
 * stays bounded. Writes that happen meanwhile may show as differences.
 */
export async function verify(from: Store, to: Store, options: VerifyOptions = {}): Promise<VerifyReport> {
  const batch = checkBatch(options.batch);
  const [source, target] = [withSignal(from, options.signal), withSignal(to, options.signal)];
  const started = performance.now();
  const [sourceHash, targetHash] = [new RecordsHash(), new RecordsHash()];
  const types: CollectionReport[] = [];
  const differences: Difference[] = [];
  let differing = 0;
  for (const { tenant, type } of await allCollections(source, target)) {
    const collectionHash = new RecordsHash();
    for await (const pair of pairsById(source.tenant(tenant), target.tenant(tenant), type, batch)) {
      collectionHash.add(pair.source);
      sourceHash.add(pair.source);
      targetHash.add(pair.target);
      if (pair.source === pair.target) continue;
      differing += 1;
      if (differences.length < differencesMost) differences.push({ tenant, type, id: pair.id, kind: kindOf(pair) });
    }
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
    milliseconds: Math.round(performance.now() - started),
  };
}

/** The collections of either store. */
async function allCollections(source: Store, target: Store): Promise<readonly Collection[]> {
  const all = [...(await collections(source)), ...(await collections(target))].sort(byTypeAndTenant);
  return all.filter((each, at) => {
    const before = all[at - 1];
    return before === undefined || byTypeAndTenant(before, each) !== 0;
  });
}

function kindOf({ source, target }: HashPair): Difference["kind"] {
  if (target === undefined) return "missing";
  return source === undefined ? "extra" : "different";
}
