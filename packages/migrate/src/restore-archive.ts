import { HoldfastError, type Store } from "@holdfast/core";

import { checkBatch } from "./batch-size.ts";
import { lockTarget } from "./copy-lock.ts";
import { compareArchive, foreignTo, type ArchiveComparison } from "./compare-archive.ts";
import { OneAhead } from "./one-ahead.ts";
import { provenStates, type ProvenArchive } from "./proven-archive.ts";
import { inspectArchive, type ArchiveInfo, type ArchiveSource, type ReadArchiveOptions } from "./read-archive.ts";
import { replaceContents, type Replaced } from "./replace-contents.ts";
import { requireLayout } from "./require-layout.ts";
import { RestoringWriter } from "./restoring-writer.ts";
import { withSignal } from "./with-signal.ts";

export interface RestoreArchiveOptions extends ReadArchiveOptions {
  /** Records that are written at once, from 1 to 10,000. @default 1_000 */
  readonly batch?: number;
  /**
   * Allows a store with other contents, which are replaced: first `safetyCopy` is called with the store, and nothing is
   * written unless it succeeds. @default such a store is refused
   */
  readonly replace?: { readonly safetyCopy: (store: Store) => Promise<unknown> };
  /** Called after each batch of a restore into an empty store. */
  readonly onProgress?: (progress: RestoreProgress) => void;
}

export interface RestoreProgress {
  /** Records that were gone through. */
  readonly restored: number;
  readonly total: number;
}

export interface RestoreReport extends ArchiveComparison {
  readonly archive: ArchiveInfo;
  /** `empty`: into an empty store; `resumed`: what an interrupted restore left was completed; `replaced`: over other contents. */
  readonly into: "empty" | "resumed" | "replaced";
  /** Records that were written; the others stood there already. */
  readonly written: number;
  /** Records that got a higher version than in the archive, since the store knew a later one: only where it replaced. */
  readonly raised: number;
}

/**
 * Restores an archive into a store, with versions, times, order, tenants and tombstones, and compares both afterwards. The
 * archive is first read to be proven whole, as by `inspectArchive` and with the same errors; only then is anything
 * written. Open the store with the archive's `layout`, or a model that has all of it, else INVALID_MODEL; and with
 * `keepTombstonesMs: Infinity` if old tombstones are to stay.
 *
 * Into an empty store it goes batch by batch; where that was interrupted, the same restore completes it. A store with other
 * contents is CONFLICT, unless `replace` is given. Then each tenant is replaced in one transaction: what is not as in the
 * archive is deleted or written anew, with a version above all that the store ever had, so that no follower and no
 * expectation is misled. An interruption leaves each tenant as it was, or as it is to be. STORE_LOCKED while another
 * restore, or a copy, into the store is under way.
 */
export async function restoreArchive(
  store: Store,
  source: ArchiveSource,
  options: RestoreArchiveOptions = {},
): Promise<RestoreReport> {
  const batch = checkBatch(options.batch);
  const target = withSignal(store, options.signal);
  const archive = await inspectArchive(source, options);
  requireLayout(target.layout, archive.layout, "archive");
  await using _lock = await lockTarget(store);
  const reading = { source, options: { ...options, batch }, archive };
  const into = await placeFor(target, reading, options.replace !== undefined);
  if (into === "replaced") await options.replace?.safetyCopy(target);
  const done = into === "replaced" ? await replaceContents(target, reading) : await fill(target, reading, options);
  return {
    archive,
    into,
    ...done,
    ...(await compareArchive(target, reading, into === "replaced" ? "contents" : "all")),
  };
}

async function placeFor(store: Store, reading: ProvenArchive, mayReplace: boolean): Promise<RestoreReport["into"]> {
  const { records, tombstones } = await store.stats();
  if (records + tombstones === 0) return "empty";
  const foreign = await foreignTo(store, reading);
  if (foreign === undefined) return "resumed";
  if (mayReplace) return "replaced";
  const { tenant, type, id } = foreign;
  throw new HoldfastError(
    `the store is not empty, and ${type}${id === undefined ? "" : ` "${id}"`} in it (tenant "${tenant}") is not as in the archive: restore into an empty store, or say that the contents are to be replaced`,
    { code: "CONFLICT", details: { tenant, type, ...(id === undefined ? {} : { id }) } },
  );
}

async function fill(
  store: Store,
  reading: ProvenArchive,
  { onProgress }: Pick<RestoreArchiveOptions, "onProgress">,
): Promise<Replaced> {
  const total = reading.archive.records;
  let [written, restored] = [0, 0];
  let open: { readonly tenant: string; readonly writer: RestoringWriter } | undefined;
  await using writes = new OneAhead();
  const finish = async (): Promise<void> => {
    await writes.end();
    await open?.writer.finish();
    written += open?.writer.written ?? 0;
  };
  for await (const { tenant, records, tombstones } of provenStates(reading)) {
    if (open?.tenant !== tenant) {
      await finish();
      open = { tenant, writer: new RestoringWriter(store.tenant(tenant)) };
    }
    const { writer } = open;
    await writes.begin(async () => {
      await writer.write([...records, ...tombstones]);
      restored += records.length;
      onProgress?.({ restored, total });
    });
  }
  await finish();
  return { written, raised: 0 };
}
