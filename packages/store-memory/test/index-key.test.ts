import { compareScalars, compareText } from "@holdfast/core";
import type { Scalar } from "@holdfast/core";
import { expect, test } from "vitest";
import { behind, encodeId, encodeTextStart, encodeValue } from "../src/index-key.ts";

const texts = [
  ["", "\0", "\0\0", "\u0001", "\u0002", "\u0005", "\u0006", "a", "a\0", "a\0b", "a\u0001", "aa", "ab", "b", "é"],
  ["\ud7ff", "\ud7e0", "\ud800", "\ud800a", "\udbff", "\udc00", "\udfff", "\ue000", "\uffff", "\uffffa"],
  ["\u{10000}", "\u{1f600}", "\u{1f600}x", "\u{10ffff}", "\u{10ffff}\u{10ffff}", "\ud83d", "\ud83d\ud83d\ude00"],
].flat();
const numbers = [
  [0, -0, 1, -1, 0.1, -0.1, 255, 256, 65_536, 2 ** 31, 2 ** 32, 2 ** 52, Number.MAX_SAFE_INTEGER],
  [Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, -Number.MIN_VALUE, 1.5, 1.25, -1.5, 1e-300, 1e300],
].flat();
const values: readonly Scalar[] = [null, false, true, ...numbers, ...texts];

test("encoded values stand in the order of the values, as the truth table has it", () => {
  for (const a of values) {
    for (const b of values) {
      const [first, second] = [encodeValue(a), encodeValue(b)];
      const order = first < second ? -1 : first > second ? 1 : 0;
      expect([a, b, order]).toEqual([a, b, Math.sign(compareScalars(a, b)) + 0]);
    }
  }
});

test("a value's encoding begins no other value's", () => {
  const encoded = [...new Set(values.map(encodeValue))];
  for (const a of encoded) for (const b of encoded) expect(a !== b && b.startsWith(a)).toBe(false);
});

test("texts with a prefix stand between the prefix's encoding and what is behind it", () => {
  for (const prefix of ["a", "a\0", "\u{1f600}", "\u{10ffff}", "\uffff", "\ud7ff", "\u0001"]) {
    for (const tail of texts) {
      const text = prefix + tail;
      expect(encodeValue(text) > encodeTextStart(prefix)).toBe(true);
      expect(encodeValue(text) < behind(encodeTextStart(prefix))).toBe(true);
    }
  }
});

test("encoded ids stand in the order of code points", () => {
  const ids = texts.filter((text) => text !== "" && text.isWellFormed());
  const byCode = [...ids].sort(compareText);
  const byKey = [...ids].sort((a, b) => (encodeId(a) < encodeId(b) ? -1 : 1));
  expect(byKey).toEqual(byCode);
});
