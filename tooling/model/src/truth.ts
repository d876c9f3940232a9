/**
 * Section 3 of the contract as a function of one record and one condition, in the plainest words: no parsing ahead, no
 * pushing down of `not`, nothing shared with the evaluators that it judges.
 */
import type { Scalar, Where } from "@holdfast/core";

/** What a record holds in a field: null where it holds nothing. Times are their fixed-width text. */
export type FieldsOf = (field: string) => Scalar;

export function satisfies(fieldsOf: FieldsOf, where: Where | undefined): boolean {
  return Object.entries(where ?? {}).every(([key, part]) => {
    if (part === undefined) return true;
    if (key === "and") return wheres(part).every((each) => satisfies(fieldsOf, each));
    if (key === "or") return wheres(part).some((each) => satisfies(fieldsOf, each));
    if (key === "not") return !satisfies(fieldsOf, where?.not);
    const stored = fieldsOf(key);
    if (isScalar(part)) return equal(stored, part);
    return Object.entries(part).every(([operator, operand]) => holds(stored, operator, operand));
  });
}

/** -1, 0 or 1: null, then false, true, then numbers as they are, then strings by code point. */
export function order(a: Scalar, b: Scalar): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return sign(a, b) ?? 0;
}

function holds(stored: Scalar, operator: string, operand: unknown): boolean {
  switch (operator) {
    case "eq":
      return equal(stored, operand);
    case "ne":
      return !equal(stored, operand);
    case "in":
      return list(operand).some((each) => equal(stored, each));
    case "notIn":
      return list(operand).every((each) => !equal(stored, each));
    case "lt":
      return [-1].includes(sign(stored, operand) ?? NaN);
    case "lte":
      return [-1, 0].includes(sign(stored, operand) ?? NaN);
    case "gt":
      return [1].includes(sign(stored, operand) ?? NaN);
    case "gte":
      return [0, 1].includes(sign(stored, operand) ?? NaN);
    case "startsWith":
      return isText(stored) && isText(operand) && marked(stored).startsWith(marked(operand));
    case "contains":
      return isText(stored) && isText(operand) && marked(stored).includes(marked(operand));
    case "exists":
      return operand === (stored !== null);
    default:
      throw new Error(`the reference knows no operator ${operator}`);
  }
}

/** Undefined for two kinds, and for null on either side. */
function sign(a: Scalar, b: unknown): number | undefined {
  if (typeof a === "string" && typeof b === "string") return Math.sign(Buffer.compare(utf32(a), utf32(b)));
  if (typeof a === "number" && typeof b === "number") return Number(a > b) - Number(a < b);
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  return undefined;
}

function equal(stored: Scalar, operand: unknown): boolean {
  return stored === operand;
}

/** The same order of bytes as that of the code points; a half of a surrogate pair is a code point of its own. */
function utf32(text: string): Buffer {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const bytes = Buffer.alloc(points.length * 4);
  points.forEach((point, at) => bytes.writeUInt32BE(point, at * 4));
  return bytes;
}

/** Each code point between marks of its own, so that a part of one is never found in it. */
function marked(text: string): string {
  return Array.from(text, (character) => `|${(character.codePointAt(0) ?? 0).toString(16)};`).join("");
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value !== "object";
}

function list(operand: unknown): readonly unknown[] {
  return Array.isArray(operand) ? operand : [];
}

function wheres(part: unknown): readonly Where[] {
  return Array.isArray(part) ? (part as readonly Where[]) : [];
}
