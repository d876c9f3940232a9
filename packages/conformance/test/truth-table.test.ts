import { describe, expect, test } from "vitest";

import { comesBefore, holds } from "../src/truth-table.ts";
import type { Operator } from "../src/truth-table.ts";

/** Each line is one sentence of the contract, told by an example. */
const rows: readonly (readonly [
  sentence: string,
  stored: string | number | boolean | null | undefined,
  Operator,
  operand: unknown,
  boolean,
])[] = [
  ["a missing field and null are one value", undefined, "eq", null, true],
  ["a missing field and null are one value", undefined, "ne", null, false],
  ["eq null matches null", null, "eq", null, true],
  ["in [null] matches null", undefined, "in", [null], true],
  ["ne 5 matches null", null, "ne", 5, true],
  ["notIn [5] matches null", null, "notIn", [5], true],
  ["lt is false with null on the left", null, "lt", 5, false],
  ["lte is false with null on either side", null, "lte", null, false],
  ["gte is false with null on the right", 5, "gte", null, false],
  ["startsWith is false with null", null, "startsWith", "", false],
  ["contains is false with null on the right", "a", "contains", null, false],
  ["a comparison of different kinds is false", 5, "lt", "9", false],
  ["a comparison of different kinds is false", "5", "eq", 5, false],
  ["different kinds are not equal", "5", "ne", 5, true],
  ["in [] matches nothing", null, "in", [], false],
  ["notIn [] matches everything", null, "notIn", [], true],
  ["startsWith the empty string matches every string", "", "startsWith", "", true],
  ["contains the empty string matches every string", "a", "contains", "", true],
  ["half a surrogate pair matches nothing", "\u{1f600}", "startsWith", "\ud83d", false],
  ["half a surrogate pair matches nothing", "a\u{1f600}", "contains", "\ude00", false],
  ["a half that stands alone matches itself", "a\ud83db", "contains", "\ud83d", true],
  ["strings are compared by code point", "\u{1f600}", "gt", "\uff5e", true],
  ["strings are not compared by locale", "a", "gt", "B", true],
  ["numbers are doubles", 0.1 + 0.2, "eq", 0.3, false],
  ["0 and -0 are one number", 0, "eq", -0, true],
  ["false comes before true", false, "lt", true, true],
  ["exists asks for null", undefined, "exists", false, true],
  ["exists asks for null", "", "exists", true, true],
];

describe("the table that stores are judged by", () => {
  test.each(rows)("says that %s: %j %s %j", (_sentence, stored, operator, operand, expected) => {
    expect(holds(stored, operator, operand)).toBe(expected);
  });

  test("orders null first, then by value, strings by code point", () => {
    expect(["b", null, "\u{1f600}", "\uff5e", "B"].toSorted(comesBefore)).toEqual([
      null,
      "B",
      "b",
      "\uff5e",
      "\u{1f600}",
    ]);
    expect([true, null, false].toSorted(comesBefore)).toEqual([null, false, true]);
    expect([5, -1, null, 0.5].toSorted(comesBefore)).toEqual([null, -1, 0.5, 5]);
  });
});
