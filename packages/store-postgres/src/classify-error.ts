import { HoldfastError, tellUnmapped } from "@holdfast/core";
import type { ErrorCode } from "@holdfast/core";

type Meaning = readonly [code: ErrorCode, message: string];

const refused: Meaning = ["BACKEND_FAILURE", "Postgres refused the statement"];
const ruledOut: Meaning = ["BACKEND_FAILURE", "a rule that somebody added to the table refused the record"];

/** By SQLSTATE, whole or its class; and by the codes of Node.js's sockets and TLS. */
const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["40001", ["TRANSACTION_CONFLICT", "the transaction could not be serialized with others"]],
  ["40P01", ["TRANSACTION_CONFLICT", "the transaction and another waited for each other"]],
  ["23505", ["UNIQUE_VIOLATION", "another record of the tenant has the same values"]],
  ["23503", ["REFERENCE_VIOLATION", "a reference leads to a record that is not there"]],
  ["25006", ["STORE_READ_ONLY", "the server takes no writes"]],
  ["53100", ["STORE_FULL", "the server's disk is full"]],
  ["53300", ["STORE_BUSY", "the server has no connection left"]],
  ["53", ["STORE_UNAVAILABLE", "the server lacks resources"]],
  ["55P03", ["STORE_BUSY", "another transaction keeps a row locked"]],
  ["57014", ["TIMEOUT", "the server cancelled the statement"]],
  ["57P04", ["INVALID_CONFIG", "the database was dropped"]],
  ["57", ["STORE_UNAVAILABLE", "the server ended the connection"]],
  ["25P03", ["STORE_UNAVAILABLE", "the server ended the connection, because its transaction was idle too long"]],
  ["25P04", ["STORE_UNAVAILABLE", "the server ended the connection, because its transaction took too long"]],
  ["08", ["STORE_UNAVAILABLE", "the connection failed"]],
  ["28", ["INVALID_CONFIG", "the server does not accept the user or the password"]],
  ["3D000", ["INVALID_CONFIG", "the server has no such database"]],
  ["42501", ["INVALID_CONFIG", "the role lacks a privilege that the store needs"]],
  ["54000", ["INDEX_VALUE_TOO_LARGE", "an index entry is larger than the server takes"]],
  // What looks for tables before they are there is told so, and asks on.
  ["42P01", refused],
  ["42703", refused],
  ["3F000", refused],
  // Rules that somebody added to a table.
  ["23502", ruledOut],
  ["23514", ruledOut],
  ["P0001", ruledOut],
  ["XX001", ["STORE_CORRUPT", "the server found damaged data"]],
  ["XX002", ["STORE_CORRUPT", "the server found a damaged index"]],
]);

const socketCodes = /^E(?:CONN|TIMEDOUT|PIPE|NOTFOUND|HOST|NET|AI_|NOENT|ACCES|ADDR)/;
const tlsCodes = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;
/** pg gives no code to what it says itself. */
const lostMessages = /connection terminated|not queryable|timeout expired|connection timeout|connection ended/i;

/** The SQLSTATE or the system's code of what pg threw, or undefined. */
export function errorCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined;
}

/** Says in Holdfast's words what went wrong; what was thrown stays as the cause. */
export function classifyError(thrown: unknown): HoldfastError {
  if (HoldfastError.is(thrown)) return thrown;
  const code = errorCode(thrown);
  const known = meaningOf(code, thrown instanceof Error ? thrown.message : "");
  if (known === undefined) tellUnmapped({ source: "postgres", code, thrown });
  const [meaning, message] = known ?? refused;
  const details = { ...(code === undefined ? {} : { code }), ...violated(thrown, meaning) };
  return new HoldfastError(message, { code: meaning, cause: thrown, details });
}

/**
 * Whether what a COMMIT was answered with proves that it was not done: the server refused it and kept the connection.
 * An error that came with the end of the connection proves nothing.
 */
export function provesRefusal(thrown: unknown): boolean {
  const code = errorCode(thrown);
  if (code === undefined || !/^[0-9A-Z]{5}$/.test(code)) return false;
  return !/^(?:08|57P|58|XX|25P0[34]|40003)/.test(code);
}

/** Undefined for what nobody has thought of. */
function meaningOf(code: string | undefined, message: string): Meaning | undefined {
  if (code === undefined) {
    if (/timeout exceeded when trying to connect/.test(message)) return ["STORE_BUSY", "all connections are in use"];
    if (/does not support SSL/.test(message)) return ["INVALID_CONFIG", "the server does not speak TLS"];
    return lostMessages.test(message) ? ["STORE_UNAVAILABLE", "the connection to the server was lost"] : undefined;
  }
  if (socketCodes.test(code)) return ["STORE_UNAVAILABLE", `the server cannot be reached (${code})`];
  if (tlsCodes.test(code)) return ["INVALID_CONFIG", `the server's certificate is not accepted (${code})`];
  return meanings.get(code) ?? meanings.get(code.slice(0, 2));
}

/** The table, which the server names, and the columns; it also gives their values, which stay out. */
function violated(
  thrown: unknown,
  meaning: ErrorCode,
): { readonly type?: string; readonly field?: string; readonly fields?: readonly string[] } {
  if (meaning !== "UNIQUE_VIOLATION" && meaning !== "REFERENCE_VIOLATION") return {};
  if (typeof thrown !== "object" || thrown === null) return {};
  const type = "table" in thrown && typeof thrown.table === "string" ? { type: thrown.table } : {};
  // `Key (_tenant, name)=(…)`, in whatever language; its names hold neither quotes nor commas.
  const listed =
    "detail" in thrown && typeof thrown.detail === "string" ? /\(([^()]*)\)=\(/.exec(thrown.detail)?.[1] : "";
  const fields = (listed ?? "").split(", ").map((name) => name.replaceAll('"', ""));
  const declared = fields.filter((name) => name !== "" && name !== "_tenant");
  const [field] = declared;
  if (field === undefined) return type;
  return meaning === "REFERENCE_VIOLATION" ? { ...type, field } : { ...type, fields: declared };
}
