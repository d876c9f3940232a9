import { describe, expect, test } from "vitest";
import { HoldfastError } from "@holdfast/core";
import type { Layout, Scalar } from "@holdfast/core";
import { meets } from "../src/condition.ts";
import { parseWhere } from "../src/where.ts";

const layout: Layout = {
  types: [
    {
      type: "Job",
      schemaVersion: 1,
      fields: [
        { name: "cost", kind: "number" },
        { name: "done", kind: "boolean" },
        { name: "status", kind: "string" },
      ],
      indexes: [],
      references: [],
    },
  ],
};

function isMet(where: unknown, values: Readonly<Record<string, Scalar>>): boolean {
  return meets(parseWhere(layout, "Job", where), (field) => values[field] ?? null);
}

function code(where: unknown): string {
  try {
    parseWhere(layout, "Job", where);
  } catch (thrown) {
    if (HoldfastError.is(thrown)) return thrown.code;
    throw thrown;
  }
  return "taken";
}

describe("a where", () => {
  test.each([
    [{ status: null }, {}, true],
    [{ status: { ne: "x" } }, {}, true],
    [{ status: { in: [null, "y"] } }, {}, true],
    [{ status: { notIn: [null, "y"] } }, {}, false],
    [{ status: { in: [] } }, { status: "x" }, false],
    [{ status: { notIn: [] } }, {}, true],
    [{ cost: { lt: 5 } }, {}, false],
    [{ not: { cost: { lt: 5 } } }, {}, true],
    [{ cost: { lt: "5" } }, { cost: 1 }, false],
    [{ not: { cost: { lt: "5" } } }, { cost: 1 }, true],
    [{ status: { startsWith: "" } }, { status: "" }, true],
    [{ status: { startsWith: "" } }, {}, false],
    [{ cost: { contains: "1" } }, { cost: 1 }, false],
    [{ done: { lt: true } }, { done: false }, true],
    [{ status: { exists: false } }, {}, true],
    [{ not: { and: [{ status: "a" }, { cost: 1 }] } }, { status: "a", cost: 2 }, true],
    [{ not: { or: [{ status: "a" }, { cost: 1 }] } }, { status: "a", cost: 2 }, false],
    [{ not: { not: { status: "a" } } }, { status: "a" }, true],
    [{ and: [] }, {}, true],
    [{ or: [] }, {}, false],
    [{ status: { gte: "a", lt: "b" } }, { status: "ab" }, true],
    [{ createdAt: { gte: new Date(1) } }, { createdAt: 1000 }, true],
    [{ createdAt: "1970-01-01T00:00:00.001000Z" }, { createdAt: 1000 }, true],
    [{ createdAt: { lt: 5 } }, { createdAt: 1 }, false],
  ])("%j on %j is %s", (where, values, expected) => {
    expect(isMet(where, values)).toBe(expected);
  });

  test("that is malformed is told by its code", () => {
    expect(code({ nope: 1 })).toBe("FIELD_NOT_INDEXED");
    expect(code({ constructor: 1 })).toBe("FIELD_NOT_INDEXED");
    expect(code({ status: { like: "x" } })).toBe("INVALID_QUERY");
    expect(code({ status: [1] })).toBe("INVALID_QUERY");
    expect(code({ cost: Number.NaN })).toBe("INVALID_QUERY");
    expect(code({ createdAt: "yesterday" })).toBe("INVALID_QUERY");
    expect(code({ status: { in: Array<string>(10_001).fill("x") } })).toBe("INVALID_QUERY");
    expect(code("status = 1")).toBe("INVALID_QUERY");
  });

  test("is at most 32 levels deep and has at most 1,000 conditions, however deep it is built", () => {
    const deep = (levels: number): unknown => (levels === 0 ? {} : { not: deep(levels - 1) });
    expect(code(deep(31))).toBe("taken");
    expect(code(deep(32))).toBe("INVALID_QUERY");
    let bottomless: unknown = {};
    for (let level = 0; level < 10_000; level++) bottomless = { not: bottomless };
    expect(code(bottomless)).toBe("INVALID_QUERY");
    expect(code({ or: Array.from({ length: 1_001 }, () => ({ cost: 1 })) })).toBe("INVALID_QUERY");
  });
});
