import { describe, expect, test } from "vitest";

import { bindCondition, BoundValues } from "../src/bind-condition.ts";
import { Template, Templates } from "../src/statement.ts";
import { declaredTable } from "../src/tables.ts";
import { plainDialect } from "./plain-dialect.ts";

const table = declaredTable({
  type: "Job",
  schemaVersion: 1,
  fields: [{ name: "status", kind: "string" }],
  indexes: [],
  references: [],
});

describe("the templates of a store", () => {
  const compiled = (sql: string) => () => ({ sql, parameters: [] });

  test("are compiled once for each form", () => {
    const templates = new Templates();
    const made = templates.get(table, "a", compiled("select a"));
    expect(templates.get(table, "a", () => expect.unreachable("it is known"))).toBe(made);
    expect(templates.get({}, "a", compiled("select b"))).not.toBe(made);
  });

  test("are bounded in number, and the first hundred of a table may stay prepared", () => {
    const templates = new Templates();
    const names = new Set<string | undefined>();
    for (let at = 0; at < 2_000; at++) {
      names.add(templates.get(table, `form ${at}`, compiled(`select ${at}`)).bind([]).name);
    }
    expect(names.delete(undefined)).toBe(true);
    expect(names.size).toBe(100);
    const again = templates.get(table, "form 0", compiled("select again"));
    expect(again.bind([])).toEqual({ sql: "select again", parameters: [] });
  });

  test("keep no form that is very long", () => {
    const templates = new Templates();
    const form = "x".repeat(4_001);
    expect(templates.get(table, form, compiled("select 1")).bind([]).name).toBeUndefined();
    expect(templates.get(table, form, compiled("select 2")).bind([]).sql).toBe("select 2");
  });
});

describe("a statement with bound values", () => {
  const template = new Template({ sql: "select", parameters: [] });

  test("may stay prepared where it has no list", () => {
    const bound = new BoundValues(plainDialect, []);
    bindCondition(table, { kind: "test", field: "status", negated: false, operator: "eq", operand: "s" }, bound);
    expect(bound.bind(template).name).toMatch(/^holdfast_/);
  });

  test("is planned anew for each list", () => {
    const bound = new BoundValues(plainDialect, []);
    bindCondition(table, { kind: "test", field: "status", negated: false, operator: "in", operands: ["s"] }, bound);
    expect(bound.bind(template).name).toBeUndefined();
  });
});
