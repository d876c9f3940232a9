import type { Condition, FieldTest } from "@holdfast/core";
import { describe, expect, test } from "vitest";

import { bindCondition, BoundValues } from "../src/bind-condition.ts";
import type { BoundCondition } from "../src/bound-condition.ts";
import { rangesBehind } from "../src/page-ranges.ts";
import { queryBuilder } from "../src/query-builder.ts";
import { declaredTable } from "../src/tables.ts";
import { Template } from "../src/statement.ts";
import { wherePredicate } from "../src/where.ts";
import { plainDialect } from "./plain-dialect.ts";

const table = declaredTable({
  type: "Job",
  schemaVersion: 1,
  fields: [
    { name: "done", kind: "boolean" },
    { name: "rank", kind: "number" },
    { name: "status", kind: "string" },
  ],
  indexes: [],
  references: [],
});
const builder = queryBuilder(plainDialect.kysely, undefined);

function compiled(condition: BoundCondition, { values }: BoundValues): readonly [string, readonly unknown[]] {
  const template = new Template(wherePredicate(plainDialect, condition).compile(builder));
  const { sql, parameters } = template.bindAnew(values);
  return [sql, parameters];
}

function where(condition: Condition): readonly [string, readonly unknown[]] {
  const bound = new BoundValues(plainDialect, []);
  return compiled(bindCondition(table, condition, bound), bound);
}

function eq(field: string, operand: string | number | boolean, negated = "plain"): FieldTest {
  return { kind: "test", field, negated: negated === "negated", operator: "eq", operand };
}

describe("a condition", () => {
  test("keeps a plain test in the form that an index answers, and makes a negated one two-valued", () => {
    expect(where(eq("status", "s"))).toEqual(['"status" = ?', ["s"]]);
    expect(where(eq("status", "s", "negated"))).toEqual(['("status" = ?) is not true', ["s"]]);
  });

  test("asks for nulls as such", () => {
    const isNull = { kind: "test", field: "status", operator: "isNull" } as const;
    expect(where({ ...isNull, negated: false })).toEqual(['"status" is null', []]);
    expect(where({ ...isNull, negated: true })).toEqual(['"status" is not null', []]);
  });

  test("turns startsWith into a range, open where no text stands above", () => {
    const startsWith = { kind: "test", field: "status", negated: false, operator: "startsWith" } as const;
    expect(where({ ...startsWith, operand: "ab" })).toEqual(['("status" >= ? and "status" < ?)', ["ab", "ac"]]);
    expect(where({ ...startsWith, operand: "" })).toEqual(['"status" >= ?', [""]]);
    expect(where({ ...startsWith, operand: "\u{10ffff}" })).toEqual(['"status" >= ?', ["\u{10ffff}"]]);
  });

  test("binds text in its column code, and booleans as the dialect says", () => {
    const [, [text]] = where(eq("status", "a\0b"));
    expect(text).not.toContain("\0");
    expect(where(eq("done", true))).toEqual(['"done" = ?', ["yes"]]);
  });

  test("compares system columns of whole numbers with whole numbers only", () => {
    expect(where(eq("version", 1.5))).toEqual(["1 = 0", []]);
    expect(where({ kind: "test", field: "createdAt", negated: false, operator: "lt", operand: 1.5 })).toEqual([
      '"_created" < ?',
      [2],
    ]);
    const among = {
      kind: "test",
      field: "version",
      negated: false,
      operator: "in",
      operands: [1, 1.5, 1e300],
    } as const;
    expect(where(among)).toEqual(['"_version" among ?', [[1]]]);
  });

  test("nests thousands of tests no deeper than databases go", () => {
    const of = Array.from({ length: 11_000 }, (_, at) => eq("rank", at));
    const [sql] = where({ kind: "any", of });
    let depth = 0;
    let deepest = 0;
    for (const character of sql) {
      if (character === "(") deepest = Math.max(deepest, ++depth);
      if (character === ")") depth -= 1;
    }
    expect(deepest).toBeLessThan(20);
  });

  test("names no field that has no column", () => {
    expect(() => where(eq("nowhere", 1))).toThrow(expect.objectContaining({ code: "LAYOUT_OUTDATED" }));
  });
});

describe("the ranges behind a place", () => {
  const ranges = (fields: readonly string[], place: readonly (string | number | null)[], direction = "asc") => {
    const order = fields.map((field) => ({ field, descending: direction === "desc" }));
    const bound = new BoundValues(plainDialect, []);
    return rangesBehind(table, order, place, bound).map((range) => compiled(range, bound)[0]);
  };

  test("are one row value where nothing is null", () => {
    expect(ranges(["createdAt", "id"], [5, "a"])).toEqual(['("_created", "_id") > (?, ?)']);
    expect(ranges(["createdAt", "id"], [5, "a"], "desc")).toEqual(['("_created", "_id") < (?, ?)']);
  });

  test("begin with the rows that share the most, and have no OR", () => {
    expect(ranges(["status", "createdAt", "id"], ["s", 5, "a"])).toEqual([
      '("status" = ? and ("_created", "_id") > (?, ?))',
      '"status" > ?',
    ]);
  });

  test("have the nulls in front ascending and behind descending", () => {
    expect(ranges(["rank", "id"], [null, "a"])).toEqual(['("rank" is null and "_id" > ?)', '"rank" is not null']);
    expect(ranges(["rank", "id"], [7, "a"])).toEqual(['("rank" = ? and "_id" > ?)', '"rank" > ?']);
    expect(ranges(["rank", "id"], [7, "a"], "desc")).toEqual([
      '("rank" = ? and "_id" < ?)',
      '"rank" < ?',
      '"rank" is null',
    ]);
    expect(ranges(["rank", "id"], [null, "a"], "desc")).toEqual(['("rank" is null and "_id" < ?)']);
  });

  test("refuse a place that no row can have", () => {
    for (const place of [["a", 5], [5], [1.5, "a"], [null, "a"], [5, null]]) {
      expect(() => ranges(["createdAt", "id"], place)).toThrow(expect.objectContaining({ code: "INVALID_CURSOR" }));
    }
  });
});
