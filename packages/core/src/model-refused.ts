import { HoldfastError } from "./errors.ts";
import type { ErrorCode } from "./errors.ts";
import type { JsonObject } from "./record.ts";

/** How many records an error lists at most. */
const listedMost = 100;

const reasons = {
  INVALID_ENTITY: "do not fit it",
  INDEX_VALUE_TOO_LARGE: "have values that are too long for an index",
  UNIQUE_VIOLATION: "have the same values in fields that are to be unique",
  REFERENCE_VIOLATION: "refer to records that are not there",
} as const satisfies Partial<Record<ErrorCode, string>>;

/** Why stored records do not bear a model that they were not written under. */
export type ModelRefusal = keyof typeof reasons;

/** The error of a store that is not opened, because records which it holds do not bear the model; up to 100 are listed. */
export function modelRefused(code: ModelRefusal, records: readonly JsonObject[]): HoldfastError {
  const message = `the store is not opened with this model: ${records.length} of its records ${reasons[code]}`;
  return new HoldfastError(message, {
    code,
    details: { count: records.length, records: records.slice(0, listedMost) },
  });
}
