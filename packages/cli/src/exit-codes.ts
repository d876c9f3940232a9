import { HoldfastError, type ErrorCode } from "@holdfast/core";

/** What the command's exit says. 130 and 141 are a shell's own numbers for Ctrl+C and for a reader that has gone. */
export const exitCodes = {
  done: 0,
  unexpected: 1,
  usage: 2,
  refused: 3,
  different: 4,
  unavailable: 5,
  backendMissing: 6,
  data: 7,
  interrupted: 130,
  unread: 141,
} as const;

/** In the words of the help. */
export const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: "done",
  unexpected: "a failure that nobody expected",
  usage: "not how it is used",
  refused: "refused by a rule or by what is there, or not confirmed",
  different: "the stores differ",
  unavailable: "a store is not available now, or has no room: trying again may help",
  backendMissing: "a backend is not installed",
  data: "data that cannot be taken, is damaged, or stands in the way",
  interrupted: "interrupted",
  unread: "nobody reads the output any more",
};

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const kinds: Readonly<Record<ErrorCode, keyof typeof exitCodes>> = {
  INVALID_CONFIG: "usage",
  INVALID_QUERY: "usage",
  INVALID_CURSOR: "usage",
  FIELD_NOT_INDEXED: "usage",
  INVALID_MODEL: "refused",
  CONFLICT: "refused",
  ALREADY_EXISTS: "refused",
  NOT_FOUND: "refused",
  UNIQUE_VIOLATION: "refused",
  REFERENCE_VIOLATION: "refused",
  ILLEGAL_TRANSITION: "refused",
  LEASE_LOST: "refused",
  STORE_READ_ONLY: "refused",
  STORE_MOVED: "refused",
  FEED_EXPIRED: "refused",
  TRANSACTION_CONFLICT: "unavailable",
  COMMIT_UNKNOWN: "unavailable",
  STORE_LOCKED: "unavailable",
  STORE_BUSY: "unavailable",
  STORE_FULL: "unavailable",
  STORE_UNAVAILABLE: "unavailable",
  TIMEOUT: "unavailable",
  BACKEND_NOT_INSTALLED: "backendMissing",
  BACKEND_FAILURE: "unexpected",
  TRANSACTION_CLOSED: "unexpected",
  TRANSACTION_OUTER_USE: "unexpected",
  STORE_CLOSED: "unexpected",
  INVALID_ENTITY: "data",
  INVALID_ID: "data",
  UNSERIALIZABLE_VALUE: "data",
  DOCUMENT_TOO_LARGE: "data",
  INDEX_VALUE_TOO_LARGE: "data",
  STORE_CORRUPT: "data",
  LAYOUT_NEWER: "data",
  LAYOUT_OUTDATED: "data",
  ABORTED: "interrupted",
};

/** The exit code of a failure, by its kind. */
export function exitCodeOf(error: unknown): ExitCode {
  return exitCodes[HoldfastError.is(error) ? kinds[error.code] : "unexpected"];
}
