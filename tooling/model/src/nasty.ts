/** Values that stores get wrong. */
import fc from "fast-check";
import type { JsonObject, JsonValue, Scalar } from "@holdfast/core";

/** Prefixes of one another, either side of the surrogates, halves of them, NULs and their escapes, signs of patterns. */
const texts = [
  "",
  "a",
  "ab",
  "abc",
  "b",
  "A",
  "\0",
  "\0\0",
  "a\0",
  "a\0b",
  "\u0001",
  "\u0002",
  "\u0005\u0001",
  "\uffff",
  "\ufffd",
  "\ue000",
  "\u{10000}",
  "\u{1f600}",
  "\u{1f600}a",
  "\u{10ffff}",
  "\ud83d",
  "\ude00",
  "\ud83da",
  "a\udfff",
  "%",
  "_",
  "a%",
  "*",
  "?",
  "[a]",
  "\\",
  "\\u0000",
  "'",
  '"',
  "\n",
  " ",
  "é",
  "e\u0301",
  "İ",
  "ß",
  "null",
  "0",
  "constructor",
  "__proto__",
];

const numbers = [
  0,
  -0,
  1,
  -1,
  2,
  3,
  0.1,
  0.30000000000000004,
  1e21,
  -1e21,
  5e-324,
  -5e-324,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 53),
  2 ** 63,
];

const keys = [
  "__proto__",
  "",
  "constructor",
  "toString",
  "hasOwnProperty",
  "0",
  "10",
  "\0",
  "\ud800",
  "id",
  "version",
  "createdAt",
];

/** Ids are well-formed and have no control characters. */
const ids = ["a", "ab", "abc", "A", "\uffff", "\u{1f600}", "%", "__proto__", "constructor", "0", "00", "é"];

/** A few of them often, so that calls meet on one record. */
export const anyId: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...ids.slice(3, 6)), fc.constantFrom(...ids));

/** What strings are likely to begin with or to contain, and to seem to. */
export const anyPart: fc.Arbitrary<string> = fc.constantFrom(
  "",
  "a",
  "%",
  "a%",
  "_",
  "\0",
  "\u0001",
  "\ud83d",
  "\u{1f600}",
);

export const anyText: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom(...texts), weight: 8 },
  { arbitrary: fc.string({ unit: "binary", maxLength: 4 }), weight: 1 },
  {
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 3 })
      .map((units) => String.fromCharCode(...units)),
    weight: 1,
  },
);

export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  { arbitrary: fc.constantFrom(...numbers), weight: 4 },
  { arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }), weight: 1 },
);

export const anyScalar: fc.Arbitrary<Scalar> = fc.oneof(anyText, anyNumber, fc.boolean(), fc.constant(null));

const anyJson: fc.Arbitrary<JsonValue> = fc.oneof(
  { arbitrary: anyScalar, weight: 4 },
  { arbitrary: fc.array(anyScalar, { maxLength: 3 }), weight: 1 },
  { arbitrary: fc.array(fc.tuple(fc.constantFrom(...keys), anyScalar), { maxLength: 3 }).map(objectOf), weight: 1 },
);

const declared = {
  constructor: fc.option(anyText),
  done: fc.option(fc.boolean()),
  name: fc.option(anyText),
  rank: fc.option(anyNumber),
  status: fc.option(fc.constantFrom("open", "done", "d", "")),
};

/** Declared fields, each there, null or missing, among keys that are traps. */
const soundBody: fc.Arbitrary<JsonObject> = fc
  .tuple(
    fc.record(declared, { requiredKeys: [] }),
    fc.array(fc.tuple(fc.constantFrom(...keys.filter((key) => key !== "constructor")), anyJson), { maxLength: 2 }),
    fc.boolean(),
  )
  .map(([fields, extra, isFirst]) =>
    objectOf(isFirst ? [...extra, ...Object.entries(fields)] : [...Object.entries(fields), ...extra]),
  );

/** Now and then a field holds a value of another kind. */
export const anyBody: fc.Arbitrary<JsonObject> = fc.oneof(
  { arbitrary: soundBody, weight: 30 },
  {
    arbitrary: fc.tuple(fc.constantFrom(...Object.keys(declared)), anyJson).map((entry) => objectOf([entry])),
    weight: 1,
  },
);

/** By way of the text, so that `__proto__` is a key like any other. */
function objectOf(entries: readonly (readonly [string, JsonValue])[]): JsonObject {
  const members = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return JSON.parse(`{${members.join(",")}}`) as JsonObject;
}
