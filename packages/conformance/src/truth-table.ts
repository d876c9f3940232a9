import type { Scalar } from "@holdfast/core";

/**
 * What the contract says of one stored value and one condition, written straight from its truth table and sharing
 * nothing with the code that it judges. `undefined` is a field that is missing.
 */

export type Operator =
  | "eq"
  | "ne"
  | "in"
  | "notIn"
  | "lt"
  | "lte"
  | "gt"
  | "gte"
  | "startsWith"
  | "contains"
  | "exists";

export function holds(stored: Scalar | undefined, operator: Operator, operand: unknown): boolean {
  const value = stored ?? null;
  switch (operator) {
    case "eq":
      return isSame(value, operand);
    case "ne":
      return !isSame(value, operand);
    case "in":
      return listed(operand).some((each) => isSame(value, each));
    case "notIn":
      return !listed(operand).some((each) => isSame(value, each));
    case "lt":
      return compares(value, operand, (sign) => sign < 0);
    case "lte":
      return compares(value, operand, (sign) => sign <= 0);
    case "gt":
      return compares(value, operand, (sign) => sign > 0);
    case "gte":
      return compares(value, operand, (sign) => sign >= 0);
    case "startsWith":
      return isTextWith(value, operand, (text, part) => part.every((point, at) => text[at] === point));
    case "contains":
      return isTextWith(value, operand, (text, part) =>
        [...text.keys(), text.length].some((from) => part.every((point, at) => text[from + at] === point)),
      );
    case "exists":
      return (value !== null) === operand;
    default:
      return operator satisfies never;
  }
}

/** Null first, then by kind and value, as orders have it. */
export function comesBefore(a: Scalar | undefined, b: Scalar | undefined): number {
  if (a === undefined || a === null) return b === undefined || b === null ? 0 : -1;
  if (b === undefined || b === null) return 1;
  return signOf(a, b) ?? 0;
}

function codePoints(text: string): readonly number[] {
  return [...text].map((character) => character.codePointAt(0) ?? 0);
}

function isSame(value: Scalar, operand: unknown): boolean {
  // Not Object.is: 0 and -0 are one number.
  return value === operand;
}

function compares(value: Scalar, operand: unknown, test: (sign: number) => boolean): boolean {
  const sign = signOf(value, operand);
  return sign !== undefined && test(sign);
}

/** Undefined where the two are of different kinds or one is null. */
function signOf(a: Scalar, b: unknown): number | undefined {
  if (typeof a === "string" && typeof b === "string") return signOfText(codePoints(a), codePoints(b));
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  return undefined;
}

function signOfText(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length || at < b.length; at++) {
    const difference = (a[at] ?? -1) - (b[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

function isTextWith(
  value: Scalar,
  operand: unknown,
  test: (text: readonly number[], part: readonly number[]) => boolean,
): boolean {
  return typeof value === "string" && typeof operand === "string" && test(codePoints(value), codePoints(operand));
}

function listed(operand: unknown): readonly unknown[] {
  return Array.isArray(operand) ? operand : [];
}
