import type { ErrorCode, Outcome } from "@holdfast/core";

/** What an error of the server or the network means for a store. */
export interface Meaning {
  readonly code: ErrorCode;
  readonly message: string;
  /** Where another call would meet the same, although the code is one that waits out. */
  readonly retryable?: false;
  /** @default "none": an error undoes its transaction */
  readonly outcome?: Outcome;
}

/**
 * By SQLSTATE, whole or its class of two characters; the whole one counts first. Every class that a server may answer
 * a store with stands here. What is a BACKEND_FAILURE by its class alone is a slip of the store's own.
 *
 * Tests provoke on real servers what can be provoked. The others, and why not: 08007, 40002 and 40003 take parts that no
 * store uses; 21, 22, 24, 25, 42 and XX000 are slips; 23001 and 54000 are kept away in core; 25006 is a standby's, which
 * is known before it is asked; 25P03 is a limit that sessions take back; 26 and 42P05 take a pooler that mixes sessions;
 * 3F000 needs a schema that goes while its tables are made; 53000, 55006, 55P02 and 57P02 depend on a moment that no
 * test can hold; 58000, 58030 and 58P02 take a disk that fails.
 * Source: https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
export const sqlstates: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["08", { code: "STORE_UNAVAILABLE", message: "the connection failed" }],
  ["08007", { code: "COMMIT_UNKNOWN", message: "the server lost sight of the transaction's end", outcome: "unknown" }],
  ["0A", { code: "BACKEND_FAILURE", message: "the server cannot do what the statement asks" }],
  ["0A000", { code: "STORE_UNAVAILABLE", message: "a table has changed under a prepared statement" }],
  ["21", { code: "BACKEND_FAILURE", message: "a row of the store is there more than once" }],
  ["22", { code: "BACKEND_FAILURE", message: "the server refused a value" }],
  ["23", { code: "BACKEND_FAILURE", message: "a constraint refused the record" }],
  ["23502", { code: "BACKEND_FAILURE", message: "a rule that somebody added to the table refused the record" }],
  ["23514", { code: "BACKEND_FAILURE", message: "a rule that somebody added to the table refused the record" }],
  ["23P01", { code: "BACKEND_FAILURE", message: "a rule that somebody added to the table refused the record" }],
  ["23001", { code: "REFERENCE_VIOLATION", message: "a reference leads to the record" }],
  ["23503", { code: "REFERENCE_VIOLATION", message: "a reference leads to a record that is not there" }],
  ["23505", { code: "UNIQUE_VIOLATION", message: "another record of the tenant has the same values" }],
  ["24", { code: "BACKEND_FAILURE", message: "the server's cursor is not in the state that it should be in" }],
  ["25", { code: "BACKEND_FAILURE", message: "the transaction is not in the state that it should be in" }],
  ["25006", { code: "STORE_READ_ONLY", message: "the server takes no writes" }],
  ["25P03", { code: "STORE_UNAVAILABLE", message: "the server ended a transaction that was idle too long" }],
  ["25P04", { code: "STORE_UNAVAILABLE", message: "the server ended a transaction that took too long" }],
  ["26", { code: "STORE_UNAVAILABLE", message: "the connection has lost its prepared statements" }],
  ["28", { code: "INVALID_CONFIG", message: "the server does not accept the user or the password" }],
  ["3D", { code: "INVALID_CONFIG", message: "the server has no such database" }],
  ["3F000", { code: "BACKEND_FAILURE", message: "the store's schema is not there" }],
  ["40", { code: "TRANSACTION_CONFLICT", message: "the server rolled the transaction back" }],
  ["40001", { code: "TRANSACTION_CONFLICT", message: "the transaction could not be serialized with others" }],
  ["40002", { code: "BACKEND_FAILURE", message: "a constraint that is not the store's own refused the commit" }],
  ["40003", { code: "COMMIT_UNKNOWN", message: "the server lost sight of the statement's end", outcome: "unknown" }],
  ["40P01", { code: "TRANSACTION_CONFLICT", message: "the transaction and another waited for each other" }],
  ["42", { code: "BACKEND_FAILURE", message: "the server does not understand the statement" }],
  ["42501", { code: "INVALID_CONFIG", message: "the role lacks a privilege that the store needs" }],
  ["42703", { code: "BACKEND_FAILURE", message: "a column of the store is not there" }],
  ["42P01", { code: "BACKEND_FAILURE", message: "a table of the store is not there" }],
  ["42P05", { code: "STORE_UNAVAILABLE", message: "the connection has others' prepared statements" }],
  ["53", { code: "STORE_UNAVAILABLE", message: "the server lacks resources" }],
  ["53100", { code: "STORE_FULL", message: "the server's disk is full" }],
  ["53300", { code: "STORE_BUSY", message: "the server has no connection left" }],
  ["53400", { code: "BACKEND_FAILURE", message: "the statement exceeds a limit that the server is set to" }],
  ["54", { code: "BACKEND_FAILURE", message: "the statement exceeds a limit of the server" }],
  ["54000", { code: "INDEX_VALUE_TOO_LARGE", message: "an index entry is larger than the server takes" }],
  ["55", { code: "BACKEND_FAILURE", message: "something in the database is not in the state that it should be in" }],
  ["55006", { code: "STORE_BUSY", message: "something in the database is in use" }],
  ["55P02", { code: "INVALID_CONFIG", message: "a setting of the URL cannot be changed" }],
  ["55P03", { code: "STORE_BUSY", message: "another transaction keeps a row or a table locked" }],
  ["57", { code: "STORE_UNAVAILABLE", message: "the server ended the connection" }],
  ["57014", { code: "TIMEOUT", message: "the server cancelled the statement" }],
  ["57P03", { code: "STORE_UNAVAILABLE", message: "the server is starting or stopping" }],
  ["57P04", { code: "INVALID_CONFIG", message: "the database was dropped" }],
  ["58", { code: "STORE_UNAVAILABLE", message: "the server's disk failed", retryable: false }],
  ["58P01", { code: "STORE_CORRUPT", message: "the server misses a file" }],
  ["P0", { code: "BACKEND_FAILURE", message: "a function that somebody added failed" }],
  ["P0001", { code: "BACKEND_FAILURE", message: "a trigger that somebody added to the table refused the record" }],
  ["XX", { code: "BACKEND_FAILURE", message: "the server failed inside" }],
  ["XX001", { code: "STORE_CORRUPT", message: "the server found damaged data" }],
  ["XX002", { code: "STORE_CORRUPT", message: "the server found a damaged index" }],
]);
