import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { hasProtoKey } from "../src/entity-proto.ts";
import { keepUnknown } from "../src/schema-unknown.ts";
import { verbatimTest } from "../src/verbatim-test.ts";

interface Tree {
  readonly name: string;
  readonly below: readonly Tree[];
}
const tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), below: z.array(tree) }));
const chain = z.object({
  a: z.string(),
  get b() {
    return chain.optional();
  },
});

/** Each with a value that is taken. */
const schemas: readonly (readonly [string, z.ZodObject, object])[] = [
  ["scalars", z.object({ a: z.string(), b: z.number(), c: z.boolean() }), { a: "", b: 0, c: false }],
  ["texts that are checked", z.object({ a: z.string().min(2), b: z.iso.date().optional() }), { a: "ab" }],
  ["numbers that are checked", z.object({ a: z.int(), b: z.number().min(1).optional() }), { a: 1, b: 1 }],
  ["what may be missing", z.object({ a: z.string().optional(), b: z.null() }), { b: null }],
  ["what may be null", z.object({ a: z.string().nullable(), b: z.number().nullish() }), { a: null, b: null }],
  ["defaults", z.object({ a: z.string().default("x"), b: z.number().default(1).optional() }), { a: "y", b: 2 }],
  ["lists", z.object({ a: z.array(z.number()), b: z.array(z.string()).min(1).optional() }), { a: [], b: ["x"] }],
  ["lists of objects", z.object({ a: z.array(z.object({ a: z.string(), b: z.number().optional() })) }), { a: [] }],
  ["records", z.object({ a: z.record(z.string(), z.number().nullable()) }), { a: { x: null, y: 1 } }],
  ["choices of texts", z.object({ a: z.enum(["x", "y"]), b: z.literal([1, 2]).optional() }), { a: "x", b: 2 }],
  ["unions of scalars", z.object({ a: z.union([z.string(), z.number(), z.null()]) }), { a: null }],
  ["unions of objects", z.object({ a: z.union([z.object({ a: z.string() }), z.looseObject({})]) }), { a: { a: "x" } }],
  [
    "unions told apart by a field",
    z.object({
      a: z.discriminatedUnion("a", [
        z.object({ a: z.literal("x"), b: z.number() }),
        z.object({ a: z.literal("y"), c: z.boolean().optional() }),
      ]),
    }),
    { a: { a: "y" } },
  ],
  ["anything", z.object({ a: z.unknown(), b: z.any() }), { a: { x: [1] }, b: 1 }],
  ["other fields", z.looseObject({ a: z.string() }), { a: "", x: { y: 1 } }],
  ["other fields of one kind", z.object({ a: z.string() }).catchall(z.number()), { a: "", x: 1 }],
  ["no other fields", z.strictObject({ a: z.string() }), { a: "x" }],
  ["a schema that holds itself", z.object({ a: tree.optional() }), { a: { name: "x", below: [] } }],
  ["one that does so by itself", chain, { a: "x", b: { a: "y" } }],
];

const firstOption = z.object({ a: z.union([z.object({ a: z.string() }), z.looseObject({})]) });
const protoWithin = '{ "a": { "__proto__": 1 } }';

const keys = ["a", "b", "c", "x", "name", "below", "__proto__", "toString"];
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<unknown>("", "x", "y", "ab", "2026-11-22", 0, 1, 2, 1.5, true, false, null),
    fc.array(tie("json"), { maxLength: 3 }),
    fc.array(fc.tuple(fc.constantFrom(...keys), tie("json")), { maxLength: 4 }).map((entries): unknown => {
      const fields = entries.map(([key, held]) => `"${key}":${JSON.stringify(held)}`);
      return JSON.parse(`{${fields.join(",")}}`);
    }),
  ),
}));
const objects = json.filter((value) => typeof value === "object" && value !== null);

describe("the test of documents that are their own entities", () => {
  test.each(schemas)("takes what fits: %s", (_what, schema, value) => {
    expect(verbatimTest(schema, new Set())?.(value)).toBe(true);
  });

  test.each([
    ["a field that is filled in", z.object({ b: z.number().default(1).optional() }), "{}"],
    ["a field that an earlier option does not know", firstOption, '{ "a": { "a": "x", "x": 1 } }'],
    ["a key that entities cannot have, in a record", z.object({ a: z.record(z.string(), z.any()) }), protoWithin],
    ["the same in an object", z.object({ a: z.looseObject({}) }), protoWithin],
    ["the same in anything", z.object({ a: z.unknown() }), protoWithin],
  ])("does not take %s", (_what, schema, text) => {
    const takes = verbatimTest(schema, new Set());
    expect(takes).toBeDefined();
    expect(takes?.(JSON.parse(text))).toBe(false);
  });

  test.each(schemas)(
    "takes nothing that decoding or encoding would refuse, change or not know: %s",
    (_what, schema) => {
      const takes = verbatimTest(schema, new Set());
      const check = (value: unknown): void => {
        if (takes?.(value) !== true) return;
        const meet = (): void => expect.unreachable("a field is unknown");
        for (const [direction, made] of [
          ["decode", z.safeDecode(schema, value as never)],
          ["encode", z.safeEncode(schema, value as never)],
        ] as const) {
          expect(made).toEqual({ success: true, data: value });
          expect(keepUnknown(schema, value, made.data, { direction, meet })).toEqual(value);
        }
        expect(typeof value === "object" && value !== null && hasProtoKey(value)).toBe(false);
      };
      fc.assert(fc.property(objects, check), { numRuns: 300 });
      const fieldsOf = fc.record({ a: json, b: json, c: json }, { requiredKeys: [] });
      fc.assert(fc.property(fieldsOf, check), { numRuns: 300 });
    },
  );

  test.each(schemas)("says of a value what it would say had it met no other: %s", (_what, schema, taken) => {
    const met = verbatimTest(schema, new Set(["c"]));
    const lists = fc.array(fc.oneof(objects, fc.record({ c: json, b: json, a: json }, { requiredKeys: [] })));
    const entries = Object.entries(taken);
    const turned = [taken, Object.fromEntries(entries.toReversed()), Object.fromEntries(entries.slice(1)), {}];
    const check = (values: readonly unknown[]): void => {
      const all = [...values, ...turned];
      const fresh = all.map((value) => verbatimTest(schema, new Set(["c"]))?.(value));
      for (let round = 0; round < 3; round++) expect(all.map((value) => met?.(value))).toEqual(fresh);
    };
    fc.assert(fc.property(lists, check), { numRuns: 100 });
  });

  test("does not look again at what is within a value, however deep it stands and whatever was met before", () => {
    const link = z.object({
      get within() {
        return link.optional();
      },
      a: z.string().optional(),
      b: z.string().optional(),
    });
    const takes = verbatimTest(link, new Set());
    let looks = 0;
    const innermost = Object.defineProperty({}, "a", { enumerable: true, get: () => ((looks += 1), "x") });
    const around = (depth: number): object => {
      const behind = depth % 2 === 0 ? { a: "x", b: "x" } : { b: "x", a: "x" };
      return depth === 0 ? innermost : { within: around(depth - 1), ...behind };
    };
    expect(takes?.(around(20))).toBe(true);
    looks = 0;
    expect(takes?.(around(20))).toBe(true);
    expect(looks).toBeLessThanOrEqual(2);
  });

  test("passes over fields that are owned by others", () => {
    const takes = verbatimTest(z.object({ a: z.string() }), new Set(["status"]));
    expect(takes?.({ a: "x", status: 5 })).toBe(true);
    expect(takes?.({ a: "x", other: 5 })).toBe(false);
  });

  test.each([
    ["changes values", z.object({ a: z.string().trim() })],
    ["has a field that every object has", z.object({ constructor: z.unknown() })],
    ["wants one option and no other", z.object({ a: z.xor([z.string(), z.number()]) })],
    ["has rules for keys", z.object({ a: z.record(z.enum(["x"]), z.string()) })],
  ])("is none for a schema that %s", (_what, schema) => {
    expect(verbatimTest(schema, new Set())).toBeUndefined();
  });
});
