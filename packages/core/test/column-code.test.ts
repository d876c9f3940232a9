import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columnPrefixBound, compareText, decodeColumnText, encodeColumnText } from "@holdfast/core";
import { containsText, startsWithText } from "../src/text-match.ts";

/** Texts of UTF-16 units that lean to the edges: controls, both halves of pairs, and what stands around them. */
const edgeUnits = [
  0, 1, 2, 3, 4, 5, 6, 0x41, 0xd7df, 0xd7e0, 0xd7e4, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xffff,
];
const edgeText = fc
  .array(fc.constantFrom(...edgeUnits), { maxLength: 6 })
  .map((units) => String.fromCharCode(...units));
const runs = { numRuns: 5_000 };

describe("the code of text columns", () => {
  test("gives back every text, lone surrogates and U+0000 included", () => {
    fc.assert(
      fc.property(edgeText, (text) => {
        expect(decodeColumnText(encodeColumnText(text))).toBe(text);
      }),
      runs,
    );
  });

  test("makes text that a database can hold: well-formed and without U+0000", () => {
    fc.assert(
      fc.property(edgeText, (text) => {
        const encoded = encodeColumnText(text);
        expect(encoded.isWellFormed()).toBe(true);
        expect(encoded).not.toContain("\0");
      }),
      runs,
    );
  });

  test("keeps the order of code points, as a database compares bytes of UTF-8", () => {
    fc.assert(
      fc.property(edgeText, edgeText, (a, b) => {
        const bytes = Buffer.compare(Buffer.from(encodeColumnText(a)), Buffer.from(encodeColumnText(b)));
        expect(Math.sign(bytes)).toBe(Math.sign(compareText(a, b)));
      }),
      runs,
    );
  });

  test("contains and starts with another encoded text exactly where the texts themselves do", () => {
    fc.assert(
      fc.property(edgeText, edgeText, (text, part) => {
        const [encoded, encodedPart] = [encodeColumnText(text), encodeColumnText(part)];
        expect(encoded.includes(encodedPart)).toBe(containsText(text, part));
        expect(encoded.startsWith(encodedPart)).toBe(startsWithText(text, part));
      }),
      runs,
    );
  });

  test("bounds a prefix: at or above it and below the bound is what starts with it", () => {
    fc.assert(
      fc.property(edgeText, edgeText, (text, prefix) => {
        const [encoded, encodedPrefix] = [encodeColumnText(text), encodeColumnText(prefix)];
        const bound = columnPrefixBound(encodedPrefix);
        const isWithin =
          compareText(encoded, encodedPrefix) >= 0 && (bound === undefined || compareText(encoded, bound) < 0);
        expect(isWithin).toBe(startsWithText(text, prefix));
      }),
      runs,
    );
  });

  test("leaves ordinary text as people read it", () => {
    expect(encodeColumnText("Zürich — 日本語 📞\n")).toBe("Zürich — 日本語 📞\n");
  });
});
