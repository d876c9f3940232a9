import { types } from "node:util";

import { HoldfastError } from "./errors.ts";
import type { QueryKind } from "./queryable-fields.ts";
import type { Scalar } from "./record.ts";
import { timestampMicroseconds } from "./timestamp.ts";

/** Bytes of an indexed string, and of an id, at most: no stored text is longer. */
const textBytesMost = 512;
/** Holds more than `textBytesMost` code points, and so more bytes, also where all of them are surrogate pairs. */
const unitsKept = 2 * textBytesMost + 2;

/** Whether no stored text can equal, contain or start with this one. */
export function isBeyondStoredText(text: string): boolean {
  return text.length > textBytesMost;
}

/** As much of a text as decides how any stored one compares with it: a stored one ends or differs before its end. */
export function decisivePart(text: string): string {
  if (text.length <= unitsKept) return text;
  const kept = text.slice(0, unitsKept);
  return /[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept;
}

/** A value as drivers compare it; INVALID_QUERY for what no field can hold. */
export function scalarOf(value: unknown, kind: QueryKind): Scalar {
  if (types.isDate(value)) {
    const milliseconds = Date.prototype.getTime.call(value);
    if (Number.isNaN(milliseconds)) throw invalid("an invalid Date has no place in a query");
    return kind === "time" ? milliseconds * 1000 : new Date(milliseconds).toISOString();
  }
  if (typeof value === "number" && !Number.isFinite(value)) throw invalid(`${value} is not a JSON number`);
  if (!isScalar(value)) throw invalid("a field is compared with a string, a number, a boolean, null or a Date");
  if (kind !== "time" || typeof value !== "string") {
    const isAnotherKind = kind === "time" && typeof value === "number";
    return isAnotherKind ? String(value) : value === 0 ? 0 : value;
  }
  const microseconds = timestampMicroseconds(value);
  if (microseconds === undefined) {
    throw invalid("times are compared with UTC text such as 2026-11-22T02:03:04.123456Z, or with a Date");
  }
  return microseconds;
}

export function isOfKind(value: Scalar, kind: QueryKind): boolean {
  return typeof value === (kind === "time" ? "number" : kind);
}

/** Whether a record's field of this kind may hold the value. */
export function canBeStored(value: Scalar, kind: QueryKind): boolean {
  return isOfKind(value, kind) && !(typeof value === "string" && isBeyondStoredText(value));
}

export function isOperand(value: Scalar): value is NonNullable<Scalar> {
  return value !== null;
}

export function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function invalid(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_QUERY" });
}
