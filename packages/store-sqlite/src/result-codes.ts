import type { ErrorCode } from "@holdfast/core";

/** What a result of SQLite means for a store. */
export interface ResultMeaning {
  readonly code: ErrorCode;
  /** Whether the same call may succeed when it is simply made again. */
  readonly retryable: boolean;
  readonly message: string;
}

type Row = readonly [names: string, code: ErrorCode, message: string, again?: "retryable"];

/** A fault of whoever wrote the statement or changed the tables: nothing that waiting or another disk would cure. */
const refused = "SQLite refused the statement";

/**
 * By the names at https://sqlite.org/rescode.html. An extended code that is not listed means what its primary code
 * means; the codes that are no errors (OK, ROW, DONE, NOTICE, WARNING) are not listed.
 */
const rows: readonly Row[] = [
  ["ERROR INTERNAL ABORT NOTFOUND EMPTY MISMATCH MISUSE AUTH FORMAT RANGE", "BACKEND_FAILURE", refused],
  ["ERROR_RETRY ERROR_SNAPSHOT", "TRANSACTION_CONFLICT", "the statement has to be made again", "retryable"],
  ["ABORT_ROLLBACK", "TRANSACTION_CONFLICT", "the transaction was rolled back under the statement", "retryable"],
  ["SCHEMA", "TRANSACTION_CONFLICT", "another process changed the tables", "retryable"],
  ["INTERRUPT", "ABORTED", "the statement was interrupted"],

  ["BUSY", "STORE_BUSY", "another process is writing to the database", "retryable"],
  ["BUSY_RECOVERY", "STORE_BUSY", "another process is recovering the database", "retryable"],
  ["BUSY_SNAPSHOT", "TRANSACTION_CONFLICT", "the database has changed since the transaction began", "retryable"],
  ["LOCKED", "STORE_BUSY", "the database is locked", "retryable"],
  ["PROTOCOL IOERR_BLOCKED", "STORE_BUSY", "the locks of the database were in too much demand", "retryable"],
  ["NOMEM IOERR_NOMEM", "STORE_UNAVAILABLE", "the process has no memory left", "retryable"],

  ["FULL", "STORE_FULL", "the disk is full"],
  ["IOERR_SHMSIZE", "STORE_FULL", "the disk has no room for the index of the log"],
  ["NOLFS", "STORE_FULL", "the system takes no files as large as this"],
  ["READONLY PERM", "STORE_READ_ONLY", "the database cannot be written"],
  ["READONLY_RECOVERY READONLY_ROLLBACK", "STORE_READ_ONLY", "the database has to be recovered, and cannot be written"],
  ["READONLY_CANTLOCK READONLY_CANTINIT", "STORE_READ_ONLY", "the index of the log cannot be written"],
  ["READONLY_DIRECTORY", "STORE_READ_ONLY", "nothing can be written in the folder of the database"],
  ["READONLY_DBMOVED IOERR_VNODE", "STORE_UNAVAILABLE", "the database file was moved or deleted"],

  ["CANTOPEN", "STORE_UNAVAILABLE", "the database file cannot be opened"],
  ["CANTOPEN_NOTEMPDIR IOERR_GETTEMPPATH", "STORE_UNAVAILABLE", "there is no folder for temporary files"],
  ["CANTOPEN_ISDIR", "INVALID_CONFIG", "the path is that of a folder"],
  ["CANTOPEN_SYMLINK", "INVALID_CONFIG", "the path is that of a symbolic link"],
  ["CANTOPEN_FULLPATH CANTOPEN_CONVPATH IOERR_CONVPATH", "INVALID_CONFIG", "the path cannot be that of a file"],
  ["IOERR", "STORE_UNAVAILABLE", "the disk failed"],
  ["IOERR_CORRUPTFS", "STORE_UNAVAILABLE", "the file system is damaged"],

  ["CORRUPT IOERR_DATA", "STORE_CORRUPT", "the database file is damaged"],
  ["NOTADB", "STORE_CORRUPT", "the file is not a SQLite database; it was left as it is"],
  ["TOOBIG", "DOCUMENT_TOO_LARGE", "the document is larger than SQLite takes"],
  ["CONSTRAINT", "BACKEND_FAILURE", "a rule that somebody added to the table refused the record"],
  [
    "CONSTRAINT_UNIQUE CONSTRAINT_PRIMARYKEY CONSTRAINT_ROWID",
    "UNIQUE_VIOLATION",
    "another record of the tenant has the same values",
  ],
  ["CONSTRAINT_FOREIGNKEY", "REFERENCE_VIOLATION", "a reference leads to a record that is not there"],
];

const meanings: ReadonlyMap<string, ResultMeaning> = new Map(
  rows.flatMap(([names, code, message, again]) =>
    names.split(" ").map((name) => [`SQLITE_${name}`, { code, message, retryable: again === "retryable" }] as const),
  ),
);

/** By their numbers, for codes that are newer than the driver's list of names. */
const primaries = (
  "OK ERROR INTERNAL PERM ABORT BUSY LOCKED NOMEM READONLY INTERRUPT IOERR CORRUPT NOTFOUND FULL CANTOPEN PROTOCOL EMPTY " +
  "SCHEMA TOOBIG CONSTRAINT MISMATCH MISUSE NOLFS AUTH FORMAT RANGE NOTADB"
).split(" ");

/** Takes a code as `sqliteCode` gives it; undefined for one that nobody has thought of. */
export function resultMeaning(code: string): ResultMeaning | undefined {
  return meanings.get(code) ?? meanings.get(/^SQLITE_[A-Z]+/.exec(code)?.[0] ?? "");
}

/** SQLite's own code of an error that better-sqlite3 threw, or undefined for any other value. */
export function sqliteCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown) || typeof thrown.code !== "string") return undefined;
  if (thrown.code.startsWith("SQLITE_")) return thrown.code;
  const unnamed = /^UNKNOWN_SQLITE_ERROR_(\d+)$/.exec(thrown.code)?.[1];
  if (unnamed === undefined) return undefined;
  const primary = primaries[Number(unnamed) & 0xff];
  return primary === undefined ? thrown.code : `SQLITE_${primary}`;
}
