import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareScalars, compareText } from "@holdfast/core";

const units = fc.array(fc.constantFrom(0x41, 0xd7ff, 0xd800, 0xd83d, 0xdc00, 0xde00, 0xe000, 0xffff), { maxLength: 5 });
const text = units.map((each) => String.fromCharCode(...each));

function codePoints(value: string): number[] {
  return Array.from(value, (character) => character.codePointAt(0) ?? 0);
}

function byCodePoints(a: string, b: string): number {
  const [left, right] = [codePoints(a), codePoints(b)];
  const at = left.findIndex((each, index) => each !== right[index]);
  return at === -1 ? left.length - right.length : (left[at] ?? -1) - (right[at] ?? -1);
}

describe("comparing", () => {
  test("orders texts by code point, not by UTF-16 unit", () => {
    expect(compareText("\u{ffff}", "\u{1f600}")).toBeLessThan(0);
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Math.sign(byCodePoints(a, b)));
      }),
      { numRuns: 5_000 },
    );
  });

  test("puts null first, then false, true, numbers, and strings", () => {
    const sorted = [null, false, true, -1, 0, 2.5, "", "a"];
    expect([...sorted].reverse().sort(compareScalars)).toEqual(sorted);
  });
});
