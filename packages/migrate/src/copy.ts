import { AsyncResource } from "node:async_hooks";

import type { Store, StoreSession } from "@holdfast/core";

import { checkBatch } from "./batch-size.ts";
import { refuseForeignTarget, refuseSameStore } from "./check-target.ts";
import { collections } from "./collections.ts";
import { parentsFirst } from "./parents-first.ts";
import { pagesInOrder } from "./read-pages.ts";
import { RestoringWriter } from "./restoring-writer.ts";
import { verify, type VerifyReport } from "./verify.ts";
import { withSignal } from "./with-signal.ts";

export interface CopyOptions {
  /** Records that are read and written at once, from 1 to 10,000. @default 1_000 */
  readonly batch?: number;
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
  /** How long copying and comparing took. */
  readonly milliseconds: number;
}

/**
 * Copies all records of all tenants (where views of one tenant are given, of that one) with their versions and times,
 * then compares both stores: `equal` in the report says whether they are the same. Each tenant is read as of one moment,
 * so the source may be written to meanwhile; what is written then is not copied, and shows as a difference. Deletes leave
 * no trace: what the source has deleted is not copied, and neither is the version that the id would go on from.
 *
 * A copy that was interrupted is simply made again. CONFLICT where the target holds anything that is not of the source;
 * INVALID_CONFIG where both are the same store; ABORTED by the signal. Open the target with the source's model, so that
 * its tables, indexes and references are there.
 */
export async function copy(from: Store, to: Store, options: CopyOptions = {}): Promise<CopyReport> {
  const started = performance.now();
  const batch = checkBatch(options.batch);
  const [source, target] = [withSignal(from, options.signal), withSignal(to, options.signal)];
  await refuseSameStore(source, target);
  await refuseForeignTarget(source, target, batch);
  const all = await collections(source);
  const total = all.reduce((sum, { records }) => sum + records, 0);
  // In the caller's context, not in the transaction's: so it may call the source.
  const report = AsyncResource.bind(options.onProgress ?? (() => undefined));
  let [copied, written] = [0, 0];
  for (const tenant of new Set(all.map((each) => each.tenant))) {
    const types = all.filter((each) => each.tenant === tenant).map(({ type }) => type);
    const onBatch = (type: string, records: number): void =>
      report({ tenant, type, copied: Math.min(copied + records, total), total });
    const done = await copyTenant(source.tenant(tenant), target.tenant(tenant), { types, batch, onBatch });
    copied += done.copied;
    written += done.written;
  }
  const comparison = await verify(source, target, { batch });
  return { ...comparison, written, milliseconds: Math.round(performance.now() - started) };
}

interface TenantPlan {
  readonly types: readonly string[];
  readonly batch: number;
  /** Told the type of each batch and how many records of the tenant are done. */
  readonly onBatch: (type: string, records: number) => void;
}

/** One snapshot for one tenant: nothing that belongs together lies in two. */
async function copyTenant(
  source: Store,
  target: Store,
  plan: TenantPlan,
): Promise<{ readonly copied: number; readonly written: number }> {
  const work = async (session: StoreSession): Promise<{ copied: number; written: number }> => {
    const writer = new RestoringWriter(target);
    let copied = 0;
    for (const type of parentsFirst(plan.types, target.layout)) {
      for await (const records of pagesInOrder(session, type, plan.batch)) {
        await writer.write(records);
        copied += records.length;
        plan.onBatch(type, copied);
      }
    }
    await writer.finish();
    return { copied, written: writer.written };
  };
  return await source.transaction(work, { readOnly: true, timeoutMs: Infinity });
}
