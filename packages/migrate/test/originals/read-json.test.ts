import { HoldfastError, type JsonValue, parseJson } from "@holdfast/core";
import fc from "fast-check";
import { expect, test } from "vitest";

import { losslessText } from "../../src/originals/lossless-json.ts";
import { pythonJson } from "../../src/originals/python-json.ts";
import { readJson } from "../../src/originals/read-json.ts";
import { fingerprint } from "./fingerprint.ts";
import { refusalOf } from "./refusal-of.ts";

function read(text: string | Buffer): string {
  const value = readJson(text);
  return value === undefined ? "too deep" : losslessText(value);
}

test.each([
  ["[NaN, Infinity, -Infinity]", "[NaN,Infinity,-Infinity]"],
  ["[1e400, -1e400, 1e-400]", "[Infinity,-Infinity,0]"],
  ["[9007199254740992, -9007199254740992]", "[9007199254740992,-9007199254740992]"],
  ["[9007199254740993, -123456789012345678901234567890]", "[9007199254740993,-123456789012345678901234567890]"],
  ["[-0, 0, -0.0, 1.0, 1.5e-07, 1e+22]", "[0,0,-0.0,1,1.5e-7,1e+22]"],
  ['{"b": 1, "10": 2, "9": 3, "a": 4}', '{"b":1,"10":2,"9":3,"a":4}'],
  ['{"__proto__": {"x": 1}, "constructor": [], "": null}', '{"__proto__":{"x":1},"constructor":[],"":null}'],
  ['{"a": 1, "b": 2, "a": 3}', '{"a":3,"b":2}'],
  [
    String.raw`"\ud800 \udc00\ud800 \ud83d\udcde \u0000 \b\f\n\r\t\/\\\""`,
    String.raw`"\ud800 \udc00\ud800 📞 \u0000 \b\f\n\r\t/\\\""`,
  ],
  ["\t[ ] \r\n", "[]"],
  ["[true, false, null, {}]", "[true,false,null,{}]"],
])("%s is read without loss", (text, expected) => {
  expect(read(text)).toBe(expected);
});

test("text that a program hands over with half a surrogate pair in it keeps the half", () => {
  expect(readJson('"a\ud800b"')).toBe("a\ud800b");
});

test("any JSON is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: "binary" }), (text) => {
      const again = JSON.stringify(JSON.parse(text));
      expect(fingerprint(readJson(text) ?? null)).toBe(fingerprint(readJson(again) ?? null));
      expect(JSON.parse(read(text))).toEqual(JSON.parse(again));
    }),
  );
});

test("any value is written as Python writes it, and read back equal", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary", maxDepth: 5 }), (value) => {
      const text = pythonJson(parseJson(JSON.stringify(value)) as JsonValue, "");
      expect(text).toMatch(/^[\n -~]*$/);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("what lies deeper than a document may is followed to its end, however deep it is", () => {
  const nested = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;
  expect(read(nested(500))).toBe(nested(500));
  for (const levels of [501, 10_000, 1_000_000]) expect(read(nested(levels))).toBe("too deep");
  expect(read(`${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`)).toBe("too deep");
  expect(refusalOf(() => read("[".repeat(1_000_000)))).toMatchObject({ code: "STORE_CORRUPT" });
});

test.each([
  ["", 0, 1, 1, "it ends inside of a value"],
  ['{"é": [1,\n  2', 14, 2, 4, "it ends inside of a value"],
  ['{"é": tru}', 7, 1, 7, "no value where there has to be one"],
  ['{"a" 1}', 5, 1, 6, 'no ":" where there has to be one'],
  ["{a: 1}", 1, 1, 2, "no name where there has to be one"],
  ["[1,]", 3, 1, 4, "no value where there has to be one"],
  ["[1 2]", 3, 1, 4, 'no "]" where there has to be one'],
  ['["a\nb"]', 3, 1, 4, "a control character inside of a string"],
  ['["a\u0000b"]', 3, 1, 4, "a NUL byte"],
  [String.raw`["\x41"]`, 3, 1, 4, "an escape that JSON has not"],
  [String.raw`["\u12g4"]`, 3, 1, 4, "an escape that JSON has not"],
  ["[01]", 1, 1, 2, "a number that begins with 0"],
  ["[-]", 2, 1, 3, "a number without a digit where there has to be one"],
  ["[1.]", 3, 1, 4, "a number without a digit where there has to be one"],
  ["[1e]", 3, 1, 4, "a number without a digit where there has to be one"],
  ["[-NaN]", 2, 1, 3, "a number without a digit where there has to be one"],
  ["{} {}", 3, 1, 4, "something behind the end of the value"],
])("%j is refused with the place", (text, byte, line, column, reason) => {
  expect(refusalOf(() => read(text))).toMatchObject({
    code: "STORE_CORRUPT",
    details: { reason, byte, line, column },
    message: `the file cannot be read: ${reason}, at line ${line}, column ${column} (byte ${byte})`,
  });
});

test("a byte that is no UTF-8 is found wherever it stands", () => {
  const text = Buffer.from(`["${"é𝄞a".repeat(30_000)}"]`);
  for (const at of [2, 65_535, 65_536, 65_537, 131_072, text.length - 3]) {
    const damaged = Buffer.from(text);
    damaged[at] = 0xff;
    const { details } = refusalOf(() => read(damaged));
    expect(details["reason"]).toBe("bytes that are no UTF-8");
    expect(Math.abs(Number(details["byte"]) - at)).toBeLessThan(4);
  }
});

test("bytes that were changed anywhere give a value or STORE_CORRUPT, and nothing else", () => {
  const text = Buffer.from(
    '{"é": [1.5e-7, NaN, "\\ud800\\n", {"a": null, "b": [true, -12345678901234567890]}], "": {}}',
  );
  const change = fc.record({ at: fc.nat(text.length - 1), byte: fc.integer({ min: 0, max: 255 }) });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const damaged = Buffer.from(text);
      for (const { at, byte } of changes) damaged[at] = byte;
      let thrown: unknown;
      try {
        read(damaged);
      } catch (error) {
        thrown = error;
      }
      expect(thrown === undefined || HoldfastError.is(thrown, "STORE_CORRUPT")).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
