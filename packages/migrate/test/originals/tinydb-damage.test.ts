import { HoldfastError } from "@holdfast/core";
import fc from "fast-check";
import { expect, test } from "vitest";

import { readTinyDb } from "../../src/index.ts";
import { refusalOf } from "./refusal-of.ts";

/** As the original writes it. */
const whole = `{
  "Case": {
    "1": {
      "id": "c\\u00e9",
      "job_id": "j",
      "status": "stopped",
      "total_cost": 1.0
    }
  },
  "Job": {
    "1": {
      "agent_name": "a",
      "case_ids": [
        "c\\u00e9"
      ],
      "id": "j",
      "status": "stopped"
    }
  }
}`;
const older = `${whole.slice(0, -2).replaceAll("stopped", "awaiting a longer word")},\n  "Zoo": {}\n}`;
const wholeRecords = readTinyDb(whole).records;

test.each(["", "null", " null\n", "{}", "\r\n{ }\r\n", '{"Job": {}}', "\ufeff", "\ufeff{}"])(
  "a file with nothing in it (%j) gives nothing",
  (text) => {
    expect(readTinyDb(text).records).toEqual([]);
  },
);

test("line ends of any kind and white space behind the end are no damage", () => {
  for (const text of [whole.replaceAll("\n", "\r\n"), `${whole}\n`, `${whole} \t\r\n`]) {
    expect(readTinyDb(text).records).toEqual(wholeRecords);
    expect(readTinyDb(text).report.problems).toEqual([]);
  }
});

test("a byte order mark is no damage, and noted", () => {
  const { records, report } = readTinyDb(`\ufeff${whole}`);
  expect(records).toEqual(wholeRecords);
  expect(report.problems).toEqual([{ kind: "noted", reason: "the file begins with a byte order mark" }]);
});

test("a file that was cut anywhere is STORE_CORRUPT with the place where it ends", () => {
  for (let length = 1; length < whole.length; length++) {
    const { code, details } = refusalOf(() => readTinyDb(whole.slice(0, length)));
    expect({ code, length, byte: details["byte"] }).toMatchObject({ code: "STORE_CORRUPT", length });
    expect(Number(details["byte"])).toBeGreaterThanOrEqual(length - 6);
  }
});

test("what a shorter file left of a longer one behind its end is reported, and the file taken", () => {
  for (let end = whole.length + 1; end <= older.length; end++) {
    const text = whole + older.slice(whole.length, end);
    const { records, report } = readTinyDb(text);
    expect(records).toEqual(wholeRecords);
    const bytes = end - whole.length;
    if (text.slice(whole.length).trim() === "") continue;
    expect(report.problems).toHaveLength(1);
    expect(report.problems[0]?.reason).toContain(
      `${bytes} bytes stand behind the end of the data, from byte ${whole.length} on`,
    );
    expect(refusalOf(() => readTinyDb(text, { onProblem: "fail" })).code).toBe("INVALID_ENTITY");
  }
});

test.each([
  ["NUL bytes", "\0".repeat(40)],
  ["a second root", whole],
  ["a second root", "{}"],
  ["a remainder", "\u00e9}"],
])("%s behind a whole root is told apart (%#)", (what, rest) => {
  const { records, report } = readTinyDb(whole + rest);
  expect(records).toEqual(wholeRecords);
  expect(report.problems).toMatchObject([{ kind: "refused" }]);
  expect(report.problems[0]?.reason).toContain(`: ${what}`);
});

test("bytes behind a whole root that are no text are left over too", () => {
  const { records, report } = readTinyDb(Buffer.concat([Buffer.from(whole), Buffer.from([0xff, 0xfe, 0x80])]));
  expect(records).toEqual(wholeRecords);
  expect(report.problems[0]?.reason).toContain("3 bytes");
});

test("a file that was written over a longer one and cut short is STORE_CORRUPT", () => {
  const seams = [
    ["topped", '"total_cost"'],
    ['"stopped"', '"Job"'],
  ] as const;
  for (const [before, after] of seams) {
    const spliced = whole.slice(0, whole.indexOf(before)) + older.slice(older.indexOf(after));
    expect(refusalOf(() => readTinyDb(spliced)).code).toBe("STORE_CORRUPT");
  }
});

const latin1 = Buffer.from(whole.replace("\\u00e9", "\u00e9"), "latin1");
test.each([
  ["white space only", Buffer.from(" \n\t"), "it holds nothing but white space", 0],
  ["NUL bytes only", Buffer.alloc(20), "a NUL byte", 0],
  ["a NUL byte", Buffer.from(whole.replace("stopped", "sto\0ped")), "a NUL byte", whole.indexOf("stopped") + 3],
  ["UTF-16 with a mark", Buffer.from(`\ufeff${whole}`, "utf16le"), "it is UTF-16 and not UTF-8", 0],
  ["UTF-16 with the other mark", Buffer.from(`\ufeff${whole}`, "utf16le").swap16(), "it is UTF-16 and not UTF-8", 0],
  ["UTF-16 without a mark", Buffer.from(`${whole} `, "utf16le"), "it is UTF-16 and not UTF-8", 0],
  ["Latin-1", latin1, "bytes that are no UTF-8", latin1.indexOf(0xe9)],
  ["no text from the first byte on", Buffer.from([0xff, 0xd8, 0x00]), "bytes that are no UTF-8", 0],
  ["null and what is no text", Buffer.from([0x6e, 0x75, 0x6c, 0x6c, 0xff]), "bytes that are no UTF-8", 4],
  ["null and more", Buffer.from("null {}"), "it does not hold an object of tables", 0],
  ["a list", Buffer.from("[]"), "it does not hold an object of tables", 0],
  ["a number", Buffer.from(" 5"), "it does not hold an object of tables", 1],
  ["no table that is an object", Buffer.from('{"Job": [], "a": 1}'), "it does not hold an object of tables", 8],
])("%s is STORE_CORRUPT with the place", (_what, bytes, reason, byte) => {
  expect(refusalOf(() => readTinyDb(bytes))).toMatchObject({ code: "STORE_CORRUPT", details: { reason, byte } });
});

test("nothing of what a damaged file holds stands in the error", () => {
  expect(refusalOf(() => readTinyDb('{"Job": {"1": {"id": "sk_secret')).message).not.toContain("sk_secret");
});

test("a store of this product is told from a file of TinyDB's", () => {
  const own = '{"holdfast":2,"round":1,"highWater":1,"layout":{"types":[]},"records":[\n]}';
  expect(refusalOf(() => readTinyDb(own)).code).toBe("INVALID_CONFIG");
});

test("a table that is no object of rows is refused whole, and the others are taken", () => {
  const { records, report } = readTinyDb('{"a": {"1": {"id": "x"}}, "b": [1, NaN], "c": null}');
  expect(records.map(({ id }) => id)).toEqual(["x"]);
  expect(report.problems).toEqual([
    { kind: "refused", table: "b", reason: "it is not an object of rows", was: "[1, NaN]" },
    { kind: "refused", table: "c", reason: "it is not an object of rows", was: "null" },
  ]);
});

test("of a table and of a row that stand twice the last counts, and the others are in the report whole", () => {
  const { records, report } = readTinyDb('{"a": {"1": {"id": "x"}}, "a": {"1": {"id": "y"}, "1": {"id": "z"}}}');
  expect(records.map(({ id }) => id)).toEqual(["z"]);
  expect(report.tables).toEqual([{ table: "a", type: "a", rows: 2, taken: 1, changed: 0, refused: 1 }]);
  expect(report.problems).toMatchObject([
    { kind: "refused", table: "a", row: "1", was: '{"id": "y"}' },
    { kind: "refused", table: "a", was: '{"1": {"id": "x"}}' },
  ]);
});

test("a row that is nested deeper than a document may be is refused, and the others are taken", () => {
  const deep = `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`;
  const { records, report } = readTinyDb(`{"a": {"1": {"id": "x"}, "2": ${deep}, "3": {"id": "y"}}}`);
  expect(records.map(({ id }) => id)).toEqual(["x", "y"]);
  expect(report.problems).toMatchObject([
    { kind: "refused", row: "2", reason: "it is nested deeper than 500 levels", was: deep },
  ]);
});

test("a file that was changed anywhere gives a report in which every row is counted, or a typed error", () => {
  const bytes = Buffer.from(whole);
  const change = fc.record({
    at: fc.nat(bytes.length - 1),
    cut: fc.nat(3),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 3 }),
      fc.constantFrom("{", "}", "[", "]", ",", ":", '"', "1", "\\").map((each) => Buffer.from(each)),
    ),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      let damaged: Buffer = bytes;
      for (const { at, cut, put } of changes) {
        damaged = Buffer.concat([damaged.subarray(0, at), put, damaged.subarray(at + cut)]);
      }
      try {
        const { records, report } = readTinyDb(damaged);
        const taken = report.tables.reduce((sum, each) => sum + each.taken, 0);
        const refused = report.tables.reduce((sum, each) => sum + each.refused, 0);
        expect(taken).toBe(records.length);
        expect(report.tables.reduce((sum, each) => sum + each.rows, 0)).toBe(taken + refused);
      } catch (error) {
        if (!HoldfastError.is(error, "STORE_CORRUPT") && !HoldfastError.is(error, "INVALID_CONFIG")) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});
