import { compareScalars } from "./compare.ts";
import { containsText, startsWithText } from "./text-match.ts";
import type { Scalar } from "./record.ts";

/**
 * A `where` as a driver gets it: checked, of two-valued logic, with every rule of the truth table already applied.
 * `not` stands only at the tests, an operand is never null and always of the field's own kind, times are microseconds.
 * So a driver has one rule to keep: a field that is null makes every test false but `isNull`, before `negated`.
 */
export type Condition =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "all"; readonly of: readonly Condition[] }
  | { readonly kind: "any"; readonly of: readonly Condition[] }
  | FieldTest;

export type FieldTest = {
  readonly kind: "test";
  /** A declared field, or `id`, `version`, `createdAt`, `updatedAt`. */
  readonly field: string;
  readonly negated: boolean;
} & (
  | { readonly operator: "isNull" }
  | { readonly operator: "eq" | "lt" | "lte" | "gt" | "gte"; readonly operand: NonNullable<Scalar> }
  | { readonly operator: "in"; readonly operands: readonly NonNullable<Scalar>[] }
  | { readonly operator: "startsWith" | "contains"; readonly operand: string }
);

export const always: Condition = { kind: "constant", value: true };

/** Whether a record with these values meets the condition: the truth table itself, for stores that hold values in memory. */
export function meets(condition: Condition, valueOf: (field: string) => Scalar): boolean {
  switch (condition.kind) {
    case "constant":
      return condition.value;
    case "all":
      return condition.of.every((each) => meets(each, valueOf));
    case "any":
      return condition.of.some((each) => meets(each, valueOf));
    case "test":
      return holds(condition, valueOf(condition.field)) !== condition.negated;
    default:
      return condition satisfies never;
  }
}

function holds(test: FieldTest, value: Scalar): boolean {
  if (test.operator === "isNull") return value === null;
  if (value === null) return false;
  switch (test.operator) {
    case "eq":
      return value === test.operand;
    case "in":
      return isAmong(value, test.operands);
    case "lt":
      return compareScalars(value, test.operand) < 0;
    case "lte":
      return compareScalars(value, test.operand) <= 0;
    case "gt":
      return compareScalars(value, test.operand) > 0;
    case "gte":
      return compareScalars(value, test.operand) >= 0;
    case "startsWith":
      return typeof value === "string" && startsWithText(value, test.operand);
    case "contains":
      return typeof value === "string" && containsText(value, test.operand);
    default:
      return test satisfies never;
  }
}

type Operands = readonly NonNullable<Scalar>[];
const fewOperands = 16;
const listed = new WeakMap<Operands, ReadonlySet<Scalar>>();

/** A long list is made a set once, not walked for each record. */
function isAmong(value: NonNullable<Scalar>, operands: Operands): boolean {
  if (operands.length <= fewOperands) return operands.includes(value);
  const known = listed.get(operands);
  if (known !== undefined) return known.has(value);
  const values = new Set(operands);
  listed.set(operands, values);
  return values.has(value);
}
