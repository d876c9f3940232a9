import type { Condition, FieldTest, Scalar } from "@holdfast/core";
import { behind, encodeTextStart, encodeValue, lowestNonNull } from "./index-key.ts";
import type { Span } from "./index-key.ts";

/** What a condition asks of fields in such a way that every record that meets it lies within. */
export interface Bounds {
  /** Fields that must hold one value. */
  readonly fixed: ReadonlyMap<string, Scalar>;
  /** Fields that must hold one of these values. */
  readonly listed: ReadonlyMap<string, readonly Scalar[]>;
  /** Fields whose values, encoded for a key, must be in this span. */
  readonly ranges: ReadonlyMap<string, Span>;
}

/** Reads off the tests that must all hold; what stands below an `any`, or is negated, bounds nothing. */
export function boundsOf(condition: Condition): Bounds {
  const fixed = new Map<string, Scalar>();
  const listed = new Map<string, readonly Scalar[]>();
  const ranges = new Map<string, Span>();
  for (const test of requiredTests(condition)) {
    switch (test.operator) {
      case "isNull":
        fixed.set(test.field, null);
        break;
      case "eq":
        fixed.set(test.field, test.operand);
        break;
      case "in":
        listed.set(test.field, [...new Set(test.operands)]);
        break;
      case "contains":
        break;
      default:
        ranges.set(test.field, narrowed(ranges.get(test.field), spanOfTest(test.operator, test.operand)));
    }
  }
  return { fixed, listed, ranges };
}

function requiredTests(condition: Condition): readonly FieldTest[] {
  if (condition.kind === "test") return condition.negated ? [] : [condition];
  return condition.kind === "all" ? condition.of.flatMap(requiredTests) : [];
}

/** Null is outside every range, and sorts first. */
const everyValue: Span = { low: lowestNonNull, high: behind("") };

function spanOfTest(operator: "gt" | "gte" | "lt" | "lte" | "startsWith", operand: NonNullable<Scalar>): Span {
  const encoded = encodeValue(operand);
  switch (operator) {
    case "gt":
      return { ...everyValue, low: behind(encoded) };
    case "gte":
      return { ...everyValue, low: encoded };
    case "lt":
      return { ...everyValue, high: encoded };
    case "lte":
      return { ...everyValue, high: behind(encoded) };
    case "startsWith": {
      const start = encodeTextStart(String(operand));
      return { low: start, high: behind(start) };
    }
    default:
      return operator satisfies never;
  }
}

function narrowed(a: Span = everyValue, b: Span): Span {
  return { low: a.low > b.low ? a.low : b.low, high: a.high < b.high ? a.high : b.high };
}
