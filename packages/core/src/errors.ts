import type { JsonObject } from "./record.ts";

/** Every code that a HoldfastError can carry; the docs page `errors.md` lists cause and cure of each. */
export const errorCodes = [
  "INVALID_ENTITY",
  "INVALID_ID",
  "INVALID_QUERY",
  "INVALID_CURSOR",
  "FIELD_NOT_INDEXED",
  "INVALID_MODEL",
  "INVALID_CONFIG",
  "UNSERIALIZABLE_VALUE",
  "DOCUMENT_TOO_LARGE",
  "INDEX_VALUE_TOO_LARGE",
  "CONFLICT",
  "ALREADY_EXISTS",
  "NOT_FOUND",
  "UNIQUE_VIOLATION",
  "REFERENCE_VIOLATION",
  "ILLEGAL_TRANSITION",
  "LEASE_LOST",
  "TRANSACTION_CONFLICT",
  "TRANSACTION_CLOSED",
  "TRANSACTION_OUTER_USE",
  "COMMIT_UNKNOWN",
  "STORE_CLOSED",
  "STORE_LOCKED",
  "STORE_BUSY",
  "STORE_FULL",
  "STORE_READ_ONLY",
  "STORE_CORRUPT",
  "STORE_UNAVAILABLE",
  "STORE_MOVED",
  "LAYOUT_NEWER",
  "LAYOUT_OUTDATED",
  "FEED_EXPIRED",
  "BACKEND_NOT_INSTALLED",
  "BACKEND_FAILURE",
  "TIMEOUT",
  "ABORTED",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What became of the write that failed: not applied, applied all the same, or not to be known. */
export type Outcome = "none" | "applied" | "unknown";

export interface HoldfastErrorOptions {
  readonly code: ErrorCode;
  /** Whether the same call may succeed when it is made again. @default whether the code is one that waits out */
  readonly retryable?: boolean;
  /** @default "none" */
  readonly outcome?: Outcome;
  /** The driver's or the platform's own error, kept whole. */
  readonly cause?: unknown;
  /** Plain data about the failure; never a password, never a document's body. */
  readonly details?: JsonObject;
}

const brand = Symbol.for("holdfast.error");
/** The errors that were made here: unlike the brand, this cannot be imitated. */
const made = new WeakSet<object>();
const retryableCodes: ReadonlySet<ErrorCode> = new Set([
  "TRANSACTION_CONFLICT",
  "STORE_LOCKED",
  "STORE_BUSY",
  "STORE_UNAVAILABLE",
]);

/**
 * The one class of error that leaves Holdfast. Switch on `code`; recognise it by `HoldfastError.is`, which also holds
 * when two copies of this package are installed, where `instanceof` does not.
 */
export class HoldfastError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly outcome: Outcome;
  readonly details: JsonObject;

  constructor(message: string, options: HoldfastErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "HoldfastError";
    this.code = options.code;
    this.retryable = options.retryable ?? retryableCodes.has(options.code);
    this.outcome = options.outcome ?? "none";
    this.details = options.details ?? {};
    Object.defineProperty(this, brand, { value: true });
    made.add(this);
  }

  /** Whether a caught value is a HoldfastError, of this code where one is given. */
  static is<C extends ErrorCode = ErrorCode>(error: unknown, code?: C): error is HoldfastError & { readonly code: C } {
    if (typeof error !== "object" || error === null) return false;
    try {
      if (!(brand in error)) return false;
      return code === undefined || ("code" in error && error.code === code);
    } catch {
      // Anything can be thrown, a Proxy with traps that throw included.
      return false;
    }
  }
}

/** Whether this copy of the package made the error, so that its code is one of the union. */
export function isOwnError(error: unknown): error is HoldfastError {
  return typeof error === "object" && error !== null && made.has(error);
}
