export type { ArchivePacking, FoundPacking } from "./archive-container.ts";
export { archiveFile, saveArchive } from "./archive-file.ts";
export { parseArchiveKey } from "./archive-key.ts";
export type { ArchiveComparison, ArchiveDifference } from "./compare-archive.ts";
export type { TombstonesComparison } from "./compare-tombstones.ts";
export { copy } from "./copy.ts";
export type { CopyOptions, CopyProgress, CopyReport } from "./copy.ts";
export type { KeyRange } from "./key-ranges.ts";
export { plan } from "./plan.ts";
export type { PlannedCollection, PlanOptions, PlanReport } from "./plan.ts";
export type { PlanProblem } from "./plan-problem.ts";
export { inspectArchive } from "./read-archive.ts";
export type { ArchiveInfo, ArchiveSource, ReadArchiveOptions } from "./read-archive.ts";
export type { Refused } from "./restoring-writer.ts";
export { restoreArchive } from "./restore-archive.ts";
export type { RestoreArchiveOptions, RestoreProgress, RestoreReport } from "./restore-archive.ts";
export { schemaMisfits } from "./schema-misfits.ts";
export type { SchemaMisfit, SchemaMisfitsOptions } from "./schema-misfits.ts";
export { storeHash } from "./store-hash.ts";
export { verify } from "./verify.ts";
export type { CollectionReport, Difference, VerifyOptions, VerifyPart, VerifyReport } from "./verify.ts";
export { archiveBytes } from "./write-archive.ts";
export type { WriteArchiveOptions } from "./write-archive.ts";
export type { ImportProblem, ImportReport, ImportTable, OnProblem, WrittenReport } from "./originals/import-report.ts";
export { exportTinyDb, writeTinyDb } from "./originals/export-tinydb.ts";
export type { ExportedTable, ExportTinyDbOptions } from "./originals/export-tinydb.ts";
export { importTinyDb, inspectTinyDb } from "./originals/import-tinydb.ts";
export type { ImportTinyDbOptions } from "./originals/import-tinydb.ts";
export { readTinyDb } from "./originals/tinydb.ts";
export type { TinyDbImport, TinyDbOptions } from "./originals/tinydb.ts";
export type { TinyDbSource } from "./originals/tinydb-source.ts";
export { saveTinyDb } from "./originals/save-tinydb.ts";
export { exportStateStore } from "./originals/state-store/export-state-store.ts";
export type { ExportStateStoreOptions } from "./originals/state-store/export-state-store.ts";
export { importStateStore, inspectStateStore } from "./originals/state-store/import-state-store.ts";
export type {
  ImportProgress,
  ImportStateStoreOptions,
  InspectStateStoreOptions,
} from "./originals/state-store/import-state-store.ts";
