import { HoldfastError } from "@holdfast/core";
import type { ErrorCode } from "@holdfast/core";

type Meaning = readonly [code: ErrorCode, message: string];

/** By SQLite's codes; an extended code that is not listed means what its primary code means. */
const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["SQLITE_BUSY", ["STORE_BUSY", "another process is writing to the database"]],
  ["SQLITE_BUSY_SNAPSHOT", ["TRANSACTION_CONFLICT", "the database has changed since the transaction began"]],
  ["SQLITE_LOCKED", ["STORE_BUSY", "the database is locked"]],
  ["SQLITE_FULL", ["STORE_FULL", "the disk is full"]],
  ["SQLITE_READONLY", ["STORE_READ_ONLY", "the database cannot be written"]],
  ["SQLITE_PERM", ["STORE_READ_ONLY", "the database may not be accessed so"]],
  ["SQLITE_CANTOPEN", ["STORE_UNAVAILABLE", "the database file cannot be opened"]],
  ["SQLITE_IOERR", ["STORE_UNAVAILABLE", "the disk failed"]],
  ["SQLITE_CORRUPT", ["STORE_CORRUPT", "the database file is damaged"]],
  ["SQLITE_NOTADB", ["STORE_CORRUPT", "the file is not a SQLite database; it was left as it is"]],
  ["SQLITE_TOOBIG", ["DOCUMENT_TOO_LARGE", "the document is larger than SQLite takes"]],
  ["SQLITE_CONSTRAINT_UNIQUE", ["UNIQUE_VIOLATION", "another record of the tenant has the same values"]],
  ["SQLITE_CONSTRAINT_FOREIGNKEY", ["REFERENCE_VIOLATION", "a reference leads to a record that is not there"]],
]);
/** Waiting changes nothing about a file that cannot be opened or a disk that fails. */
const final: ReadonlySet<string> = new Set(["SQLITE_CANTOPEN", "SQLITE_IOERR"]);

/** SQLite's own code of an error that better-sqlite3 threw, or undefined for any other value. */
export function sqliteCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown) || typeof thrown.code !== "string") return undefined;
  return thrown.code.startsWith("SQLITE_") ? thrown.code : undefined;
}

/** Says in Holdfast's words what went wrong; what was thrown stays as the cause. */
export function classifyError(thrown: unknown): HoldfastError {
  if (HoldfastError.is(thrown)) return thrown;
  const code = sqliteCode(thrown);
  const primary = /^SQLITE_[A-Z]+/.exec(code ?? "")?.[0] ?? "";
  const [meaning, message] = meanings.get(code ?? "") ?? meanings.get(primary) ?? unknownMeaning;
  return new HoldfastError(message, {
    code: meaning,
    cause: thrown,
    details: { ...(code === undefined ? {} : { code }), ...violated(thrown, meaning) },
    ...(final.has(primary) ? { retryable: false } : {}),
  });
}

const unknownMeaning: Meaning = ["BACKEND_FAILURE", "SQLite refused the statement"];

/** The table and the columns of a unique index, which SQLite names in its message; values are never in it. */
function violated(
  thrown: unknown,
  meaning: ErrorCode,
): { readonly type?: string; readonly fields?: readonly string[] } {
  if (meaning !== "UNIQUE_VIOLATION" || !(thrown instanceof Error)) return {};
  const columns = thrown.message.replace(/^.*: /, "").split(", ");
  const [type] = columns[0]?.split(".") ?? [];
  const fields = columns.map((column) => column.slice(column.indexOf(".") + 1)).filter((name) => name !== "_tenant");
  return type === undefined ? { fields } : { type, fields };
}
