import { describe, expect, test } from "vitest";
import { z } from "zod";

import { isVerbatim } from "../src/schema-verbatim.ts";

interface Tree {
  readonly name: string;
  readonly below: readonly Tree[];
}
const tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), below: z.array(tree) }));

describe("a schema that keeps every value as it is", () => {
  test.each([
    ["texts of all kinds", z.object({ a: z.string().min(1).max(9), b: z.email(), c: z.uuid(), d: z.iso.datetime() })],
    ["numbers within bounds", z.object({ a: z.number().int().min(0).lt(9), b: z.number().multipleOf(2) })],
    ["what may be missing or null", z.object({ a: z.string().optional(), b: z.boolean().nullable().default(null) })],
    ["lists, records and objects", z.object({ a: z.array(z.record(z.string(), z.object({ b: z.unknown() }))) })],
    ["choices", z.object({ a: z.enum(["x", "y"]), b: z.union([z.literal(1), z.null()]) })],
    ["fields of any name", z.looseObject({ a: z.string() })],
    ["a schema that holds itself", z.object({ tree })],
  ])("is known by %s", (_what, schema) => {
    expect(isVerbatim(schema)).toBe(true);
  });

  test.each([
    ["a codec", z.object({ a: z.codec(z.string(), z.date(), { decode: (x) => new Date(x), encode: String }) })],
    ["a text that is trimmed", z.object({ a: z.array(z.string().trim()) })],
    ["a text in lower case", z.object({ a: z.string().toLowerCase().optional() })],
    ["an URL, which zod trims", z.object({ a: z.url() })],
    ["a text that is made an URL by a check", z.object({ a: z.string().check(z.url()) })],
    ["coercion", z.object({ a: z.coerce.number() })],
    ["a value in the place of a wrong one", z.object({ a: z.string().catch("x") })],
    ["a check that somebody wrote", z.object({ a: z.string().refine((text) => text !== "x") })],
    ["such a check of the whole", z.object({ a: z.string() }).refine(() => true)],
    ["a frozen value", z.object({ a: z.array(z.string()).readonly() })],
    ["keys that are changed", z.object({ a: z.record(z.string().toUpperCase(), z.string()) })],
    ["one of these among others", z.object({ a: z.union([z.string(), z.object({ b: z.url() })]) })],
    ["one behind a schema that holds itself", z.object({ tree, a: z.string().trim() })],
  ])("is not told from %s", (_what, schema) => {
    expect(isVerbatim(schema)).toBe(false);
  });
});
