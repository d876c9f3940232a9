import { expect, test } from "vitest";

import { wholeNumberTest } from "../src/whole-number-test.ts";

type Operator = Parameters<typeof wholeNumberTest>[0];

const compare: Readonly<Record<Operator, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b,
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
};
const operators: readonly Operator[] = ["eq", "lt", "lte", "gt", "gte"];
const whole = [Number.MIN_SAFE_INTEGER, -2, -1, 0, 1, 2, 3, 1_795_320_581_455_000, Number.MAX_SAFE_INTEGER];
const operands = [
  ...whole,
  -1.5,
  -0.5,
  0.5,
  1.5,
  2.999_999,
  1e300,
  -1e300,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  2 ** 53,
];

test("says of every whole number what the comparison with the double says, and never binds anything but whole ones", () => {
  for (const operator of operators) {
    for (const operand of operands) {
      const turned = wholeNumberTest(operator, operand);
      expect(Number.isInteger(turned.operand ?? 0)).toBe(true);
      for (const value of whole) {
        const said = turned.constant ?? compare[turned.operator ?? operator](value, turned.operand ?? Number.NaN);
        expect([operator, operand, value, said]).toEqual([operator, operand, value, compare[operator](value, operand)]);
      }
    }
  }
});
