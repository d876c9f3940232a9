export { copy } from "./copy.ts";
export type { CopyOptions, CopyProgress, CopyReport } from "./copy.ts";
export { storeHash } from "./store-hash.ts";
export { verify } from "./verify.ts";
export type { CollectionReport, Difference, VerifyOptions, VerifyReport } from "./verify.ts";
export type { ImportProblem, ImportReport, ImportTable, OnProblem, WrittenReport } from "./originals/import-report.ts";
export { readTinyDb } from "./originals/tinydb.ts";
export type { SkippedRow, TinyDbImport, TinyDbOptions, TinyDbReport, TinyDbTable } from "./originals/tinydb.ts";
