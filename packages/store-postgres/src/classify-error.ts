import { HoldfastError, tellUnmapped } from "@holdfast/core";
import type { ErrorCode } from "@holdfast/core";

import { networkMeaning, spokenMeaning } from "./network-errors.ts";
import { sqlstates } from "./sqlstates.ts";
import type { Meaning } from "./sqlstates.ts";

/** Of records at whose keys nothing stood: somebody else has just made one of them. */
const madeByAnother: Meaning = { code: "TRANSACTION_CONFLICT", message: "another transaction has made the record" };
const unnamed: Meaning = { code: "BACKEND_FAILURE", message: "Postgres refused the statement" };
/** Of a prepared statement, that its table has changed; of a connection, that the server is older than its settings. */
const notSupported = "0A000";
const uniqueViolation = "23505";
const sqlstatePattern = /^[0-9A-Z]{5}$/;

/** The SQLSTATE or the system's code of what pg threw, or undefined. */
export function errorCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined;
}

/** Says in Holdfast's words what went wrong; what was thrown stays as the cause. */
export function classifyError(thrown: unknown): HoldfastError {
  const meaning = errorMeaning(thrown);
  const isUnmapped = meaning === undefined || (meaning.code === "BACKEND_FAILURE" && !isNamed(thrown));
  if (isUnmapped && !HoldfastError.is(thrown)) {
    tellUnmapped({ source: "postgres", code: errorCode(thrown), thrown });
  }
  return translated(thrown, meaning ?? unnamed);
}

/** The same for what came while a connection was made: there, what the server refuses is how it was asked. */
export function classifyRefusal(thrown: unknown): HoldfastError {
  const meaning = errorCode(thrown) === notSupported ? unnamed : (errorMeaning(thrown) ?? unnamed);
  if (meaning.code !== "BACKEND_FAILURE" || !isSqlstate(errorCode(thrown))) return translated(thrown, meaning);
  return translated(thrown, { code: "INVALID_CONFIG", message: "the server refused a setting of the connection" });
}

/** Undefined for what nobody has thought of. */
export function errorMeaning(thrown: unknown): Meaning | undefined {
  const code = errorCode(thrown);
  if (code === undefined) return thrown instanceof Error ? spokenMeaning(thrown.message) : undefined;
  if (code === uniqueViolation && isOfKey(thrown)) return madeByAnother;
  if (isSqlstate(code)) return sqlstates.get(code) ?? sqlstates.get(code.slice(0, 2));
  return networkMeaning(code);
}

/**
 * Whether what a COMMIT was answered with proves that it was not done: the server refused it and kept the connection.
 * An error that came with the end of the connection proves nothing.
 */
export function provesRefusal(thrown: unknown): boolean {
  const code = errorCode(thrown);
  return isSqlstate(code) && !/^(?:08|57P|58|XX|25P0[34]|40003)/.test(code);
}

/** Whether it is a failure inside the server or of its disk, after which it may go on or not. */
export function isOfServer(thrown: unknown): boolean {
  return /^(?:XX|58)\w{3}$/.test(errorCode(thrown) ?? "");
}

/** Whether the server knows the connection's prepared statements otherwise than pg does: it is of no further use. */
export function hasLostStatements(thrown: unknown): boolean {
  return /^(?:26\w{3}|42P05|0A000)$/.test(errorCode(thrown) ?? "");
}

/** Whether it is one that a sound store may meet. All else of its class is a slip of the store's own. */
function isNamed(thrown: unknown): boolean {
  return sqlstates.has(errorCode(thrown) ?? "");
}

function isSqlstate(code: string | undefined): code is string {
  return code !== undefined && sqlstatePattern.test(code) && !code.startsWith("E");
}

function translated(thrown: unknown, { code: meaning, message, retryable, outcome }: Meaning): HoldfastError {
  if (HoldfastError.is(thrown)) return thrown;
  const code = errorCode(thrown);
  return new HoldfastError(message, {
    code: meaning,
    cause: thrown,
    details: { ...(code === undefined ? {} : { code }), ...violated(thrown, meaning) },
    ...(retryable === undefined ? {} : { retryable }),
    ...(outcome === undefined ? {} : { outcome }),
  });
}

/** The table, which the server names, and the columns; it also gives their values, which stay out. */
function violated(
  thrown: unknown,
  meaning: ErrorCode,
): { readonly type?: string; readonly field?: string; readonly fields?: readonly string[] } {
  if (meaning !== "UNIQUE_VIOLATION" && meaning !== "REFERENCE_VIOLATION") return {};
  if (typeof thrown !== "object" || thrown === null) return {};
  const type = "table" in thrown && typeof thrown.table === "string" ? { type: thrown.table } : {};
  const declared = violatedColumns(thrown).filter((name) => name !== "_tenant");
  const [field] = declared;
  if (field === undefined) return type;
  return meaning === "REFERENCE_VIOLATION" ? { ...type, field } : { ...type, fields: declared };
}

/** `Key (_tenant, name)=(…)`, in whatever language; its names hold neither quotes nor commas. */
function violatedColumns(thrown: object): readonly string[] {
  const listed =
    "detail" in thrown && typeof thrown.detail === "string" ? /\(([^()]*)\)=\(/.exec(thrown.detail)?.[1] : "";
  const columns = (listed ?? "").split(", ").map((name) => name.replaceAll('"', ""));
  return columns.filter((name) => name !== "");
}

function isOfKey(thrown: unknown): boolean {
  if (typeof thrown !== "object" || thrown === null) return false;
  const columns = violatedColumns(thrown);
  return columns.length > 0 && columns.every((name) => keyColumns.has(name));
}

const keyColumns: ReadonlySet<string> = new Set(["_tenant", "_type", "_id"]);
