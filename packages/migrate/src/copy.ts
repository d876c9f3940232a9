import { AsyncResource } from "node:async_hooks";

import { parentsFirst, type Store, type StoreSession } from "@holdfast/core";

import { checkBatch } from "./batch-size.ts";
import { refuseForeignTarget, refuseSameStore } from "./check-target.ts";
import { collections, type Collection } from "./collections.ts";
import { lockTarget } from "./copy-lock.ts";
import { deletes } from "./deletes.ts";
import { OneAhead } from "./one-ahead.ts";
import { pagesInOrder } from "./read-pages.ts";
import { requireLayout } from "./require-layout.ts";
import { RestoringWriter, type Refused } from "./restoring-writer.ts";
import { verify, type VerifyReport } from "./verify.ts";
import { withSignal } from "./with-signal.ts";

export interface CopyOptions {
  /** Records that are read and written at once, from 1 to 10,000. @default 1_000 */
  readonly batch?: number;
  /**
   * Takes what the target's rules do not allow, one record after the other; it must be kept for good before this resolves.
   * A copy that is made again hands the same out again. @default the copy fails with the error of the first
   */
  readonly quarantine?: (refused: Refused) => Promise<void>;
  /** Called after each batch. */
  readonly onProgress?: (progress: CopyProgress) => void;
  /** Ends the copy with ABORTED; what was copied stays, and the next copy goes on from there. */
  readonly signal?: AbortSignal;
}

export interface CopyProgress {
  /** Of the batch. */
  readonly tenant: string;
  /** Of the batch. */
  readonly type: string;
  /** Records that the target now has, of all. */
  readonly copied: number;
  /** Records that the source held at the start. */
  readonly total: number;
}

/** What was copied, and how the two stores compare afterwards. */
export interface CopyReport extends VerifyReport {
  /** Records that were written; the others stood in the target already. */
  readonly written: number;
  /** Deletes that the source knew of and the target now knows too, with the versions that its records go on from. */
  readonly deletes: number;
  /** Records that were put into quarantine: they are missing in the target. */
  readonly quarantined: number;
  /** How long copying and comparing took. */
  readonly milliseconds: number;
}

/**
 * Copies all records of all tenants (where views of one tenant are given, of that one) with their versions and times,
 * then compares both stores: `equal` in the report says whether they are the same. Each tenant is read as of one moment,
 * so the source may be written to meanwhile; what is written then is not copied, and shows as a difference. Deletes are
 * copied too, of the same moment, as far as the source still knows of them: a record that is created again in the
 * target goes on from the version that its delete left, so no earlier version is ever taken for it.
 *
 * What an enforced rule of the target refuses (a value that is not unique, a parent that is nowhere, a document that its model
 * does not bear) goes into quarantine, with what refers to it, or else ends the copy. Nothing is dropped or mended in silence.
 *
 * A copy that was interrupted is simply made again, and so is one whose source has gone on. CONFLICT where the target
 * holds anything that is not of the source; INVALID_CONFIG where both are the same store; STORE_LOCKED while another
 * copy into the target is under way; ABORTED by the signal. Open the target with the source's `layout` as its model, or with one
 * that has all of it, so that its tables, indexes and references are there; else INVALID_MODEL.
 */
export async function copy(from: Store, to: Store, options: CopyOptions = {}): Promise<CopyReport> {
  const started = performance.now();
  const batch = checkBatch(options.batch);
  const [source, target] = [withSignal(from, options.signal), withSignal(to, options.signal)];
  await refuseSameStore(source, target);
  requireLayout(target.layout, source.layout, "source");
  const sum = await copyAll(source, target, { ...options, batch }, to);
  const comparison = await verify(source, target, { batch });
  return { ...comparison, ...sum, milliseconds: Math.round(performance.now() - started) };
}

interface Copied {
  readonly written: number;
  readonly deletes: number;
  readonly quarantined: number;
}

/** `unlimited`: the target without the caller's signal, so that its lock is released behind that. */
async function copyAll(
  source: Store,
  target: Store,
  { batch, onProgress, quarantine }: CopyOptions & { readonly batch: number },
  unlimited: Store,
): Promise<Copied> {
  await using _lock = await lockTarget(unlimited);
  await refuseForeignTarget(source, target, batch);
  const all = await collections(source);
  const total = all.reduce((sum, { records }) => sum + records, 0);
  // In the caller's context, not in the transaction's: so it may call the source.
  const report = AsyncResource.bind(onProgress ?? (() => undefined));
  const take = AsyncResource.bind(quarantine ?? (() => Promise.resolve()));
  const sum = { copied: 0, written: 0, deletes: 0, quarantined: 0 };
  const refuse = async (refused: Refused): Promise<void> => {
    await take(refused);
    sum.quarantined += 1;
  };
  for (const tenant of new Set(all.map((each) => each.tenant))) {
    const own = all.filter((each) => each.tenant === tenant);
    const onBatch = (type: string, records: number): void => {
      report({ tenant, type, copied: Math.min(sum.copied + records, total), total });
    };
    const plan = { collections: own, batch, onBatch, quarantine: quarantine === undefined ? undefined : refuse };
    const done = await copyTenant(source.tenant(tenant), target.tenant(tenant), plan);
    sum.copied += done.copied;
    sum.written += done.written;
    sum.deletes += done.deletes;
  }
  const { written, deletes: buried, quarantined } = sum;
  return { written, deletes: buried, quarantined };
}

interface TenantPlan {
  readonly collections: readonly Collection[];
  readonly batch: number;
  /** Told the type of each batch and how many records of the tenant are done. */
  readonly onBatch: (type: string, records: number) => void;
  readonly quarantine: ((refused: Refused) => Promise<void>) | undefined;
}

interface TenantCopy {
  readonly copied: number;
  readonly written: number;
  readonly deletes: number;
}

/** All of one snapshot, so nothing that belongs together lies in two. */
async function copyTenant(source: Store, target: Store, plan: TenantPlan): Promise<TenantCopy> {
  const writer = new RestoringWriter(target, plan.quarantine);
  const work = async (session: StoreSession): Promise<TenantCopy> => {
    const buried = await copyDeletes(session, { ...plan, writer });
    const copied = await copyRecords(session, { ...plan, writer, target });
    return { copied, written: writer.written, deletes: buried };
  };
  return await source.transaction(work, { readOnly: true, timeoutMs: Infinity });
}

/** First, since what a copy that was interrupted has left of them may stand in the way of the records. */
async function copyDeletes(
  session: StoreSession,
  { collections: own, batch, writer }: TenantPlan & { readonly writer: RestoringWriter },
): Promise<number> {
  let copied = 0;
  for (const { type } of own) {
    for await (const tombstones of deletes(session, type, batch)) {
      await writer.write(tombstones);
      copied += tombstones.length;
    }
  }
  return copied;
}

interface RecordsPlan extends TenantPlan {
  readonly writer: RestoringWriter;
  readonly target: Store;
}

async function copyRecords(session: StoreSession, plan: RecordsPlan): Promise<number> {
  const types = plan.collections.filter(({ records }) => records > 0).map(({ type }) => type);
  let copied = 0;
  // While the target writes a batch, the next one is read and encoded.
  await using writes = new OneAhead();
  for (const type of parentsFirst(types, plan.target.layout)) {
    for await (const records of pagesInOrder(session, type, plan.batch)) {
      await writes.begin(async () => {
        await plan.writer.write(records);
        copied += records.length;
        plan.onBatch(type, copied);
      });
    }
  }
  await writes.end();
  await plan.writer.finish();
  return copied;
}
