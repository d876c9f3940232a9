import { defaultTenant, type Store, type StoreSession } from "@holdfast/core";

import { checkBatch } from "../../batch-size.ts";
import { withSignal } from "../../with-signal.ts";
import { ImportLedger } from "../import-ledger.ts";
import type { ImportReport, OnProblem, WrittenReport } from "../import-report.ts";
import { ImportWriter } from "../import-writer.ts";
import { inTurns } from "../paused-work.ts";
import { readStateStore } from "./read-state-store.ts";
import { openStateStoreFile, type StateStoreFile } from "./state-store-file.ts";

export interface InspectStateStoreOptions {
  /** What becomes of rows that cannot be taken as they stand. @default "report" */
  readonly onProblem?: OnProblem;
  /** Ends with ABORTED. */
  readonly signal?: AbortSignal;
}

export interface ImportStateStoreOptions extends InspectStateStoreOptions {
  /** Records that are read and written at once, from 1 to 10,000. @default 1_000 */
  readonly batch?: number;
  /** Called after each batch. */
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  /** Records that are done: written, refused, or in the store already. */
  readonly done: number;
  /** Rows of the source, those that become no records among them. */
  readonly rows: number;
}

/**
 * Writes what a StateStore's database holds into a store, or a tenant's view of it, in batches: `runs` become records of
 * the type Run, `intel_items` of IntelItem, `telemetry` of Telemetry, in the order in which the StateStore lists them.
 * Open the store with the orchestrator's model. The database is only read, from a private copy, with all that stands in
 * its write-ahead log. Nothing is left out in silence: the report names each row that was not taken or not taken as it
 * stands. An import that is made again writes nothing twice, and leaves what has gone on since.
 *
 * With `onProblem: "fail"` INVALID_ENTITY at the first row that cannot be taken as it stands, and nothing is written.
 * STORE_UNAVAILABLE where there is no such file or it cannot be read now, INVALID_CONFIG where it is no file, and
 * STORE_CORRUPT where it is no StateStore's database or too damaged to be opened. A database that is damaged in parts is
 * read as far as it can be, and the report says so. ABORTED by the signal: what was written till then stays.
 */
export async function importStateStore(
  path: string,
  store: Store,
  options: ImportStateStoreOptions = {},
): Promise<WrittenReport> {
  const plan = { ...options, batch: checkBatch(options.batch) };
  await using file = await openStateStoreFile(path);
  if (options.onProblem !== "fail")
    return await writeInto(withSignal(store, options.signal), file, { ...plan, tenant: store.tenantName });
  const work = (session: StoreSession): Promise<WrittenReport> =>
    writeInto(session, file, { ...plan, tenant: store.tenantName });
  const limits = options.signal === undefined ? {} : { signal: options.signal };
  return await store.transaction(work, { timeoutMs: Infinity, ...limits });
}

/** What an import of a StateStore's database would take, change and refuse; its errors are those of the import. */
export async function inspectStateStore(path: string, options: InspectStateStoreOptions = {}): Promise<ImportReport> {
  await using file = await openStateStoreFile(path);
  const ledger = new ImportLedger(options.onProblem);
  await inTurns(readStateStore(file, { ledger, tenant: defaultTenant }), options.signal);
  return ledger.report;
}

interface ImportPlan extends ImportStateStoreOptions {
  readonly batch: number;
  readonly tenant: string;
}

async function writeInto(
  target: Pick<StoreSession, "get" | "write">,
  file: StateStoreFile,
  { batch, tenant, onProblem, onProgress }: ImportPlan,
): Promise<WrittenReport> {
  const ledger = new ImportLedger(onProblem);
  const writer = new ImportWriter(target, ledger);
  const rows = [...file.known.values(), ...file.others].reduce((sum, source) => sum + source.count(), 0);
  await writer.write(readStateStore(file, { ledger, tenant }), batch, (done) => onProgress?.({ done, rows }));
  return { ...ledger.report, ...writer.counts };
}
