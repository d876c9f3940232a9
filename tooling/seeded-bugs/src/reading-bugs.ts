import type { Condition, FieldTest, FoundRecord } from "@holdfast/core";

import { misread } from "./faulty-driver.ts";
import type { Bug } from "./faulty-driver.ts";
import type { SeededBug } from "./seeded-bug.ts";

export const readingBugs: readonly SeededBug[] = [
  {
    name: "get answers in the order of ids",
    theme: "records and versions",
    bug: misread((reader) => ({ get: async (tenant, type, ids) => reader.get(tenant, type, ids.toSorted()) })),
  },
  {
    name: "get answers an id once",
    theme: "records and versions",
    bug: misread((reader) => ({ get: async (tenant, type, ids) => reader.get(tenant, type, [...new Set(ids)]) })),
  },
  {
    name: "a page is one record short",
    theme: "pages",
    bug: misread((reader) => ({
      find: async (tenant, query) => (await reader.find(tenant, query)).slice(0, Math.max(1, query.limit - 2)),
    })),
  },
  {
    name: "a page begins with the record of its token",
    theme: "pages",
    bug: misread((reader) => ({
      find: async (tenant, query) =>
        query.after === undefined ? reader.find(tenant, query) : (await reader.find(tenant, query)).slice(1),
    })),
  },
  {
    name: "a document is spelled in another way when it is found",
    theme: "contents",
    bug: misread((reader) => ({
      find: async (tenant, query) =>
        (await reader.find(tenant, query)).map((row) => ({
          ...row,
          record: { ...row.record, text: ` ${row.record.text}` },
        })),
    })),
  },
  {
    name: "omit is not heeded",
    theme: "pages",
    bug: misread((reader) => ({ find: (tenant, query) => reader.find(tenant, { ...query, omitBody: false }) })),
  },
  {
    name: "strings are ordered by UTF-16 units",
    theme: "orders",
    bug: missort((a, b) => (String(a.place[0]) < String(b.place[0]) ? -1 : 1)),
  },
  {
    name: "nulls come last",
    theme: "orders",
    bug: missort((a, b) => Number(a.place[0] === null) - Number(b.place[0] === null)),
  },
  {
    name: "NULL is neither equal nor unequal",
    theme: "the truth table of conditions",
    bug: mistest((test) =>
      test.negated && test.operator !== "isNull"
        ? { kind: "all", of: [test, { kind: "test", field: test.field, operator: "isNull", negated: true }] }
        : test,
    ),
  },
  {
    name: "% is a wildcard",
    theme: "the truth table of conditions",
    bug: mistest((test) =>
      test.operator === "contains" ? { ...test, operand: test.operand.replaceAll("%", "") } : test,
    ),
  },
  {
    name: "text is compared without U+0000",
    theme: "the truth table of conditions",
    bug: mistest((test) =>
      test.operator === "eq" && typeof test.operand === "string"
        ? { ...test, operand: test.operand.replaceAll("\0", "") }
        : test,
    ),
  },
  {
    name: "lte means lt",
    theme: "the truth table of conditions",
    bug: mistest((test) => (test.operator === "lte" ? { ...test, operator: "lt" } : test)),
  },
  {
    name: "in means the first value",
    theme: "queries that are refused",
    bug: mistest((test) => (test.operator === "in" ? { ...test, operands: test.operands.slice(0, 1_000) } : test)),
  },
  {
    name: "times are compared in milliseconds",
    theme: "times in queries",
    bug: mistest((test) =>
      test.field === "createdAt" && "operand" in test && typeof test.operand === "number" && test.operator === "gt"
        ? { ...test, operand: Math.floor(test.operand / 1000) * 1000 }
        : test,
    ),
  },
  {
    name: "nulls are not counted by value",
    theme: "counts",
    bug: misread((reader) => ({
      countBy: async (...given) => new Map([...(await reader.countBy(...given))].filter(([value]) => value !== null)),
    })),
  },
  {
    name: "other tenants are counted too",
    theme: "tenants",
    bug: misread((reader) => ({
      count: async (tenant, type, where) =>
        (await reader.count(tenant, type, where)) + (await reader.count(tenant.replace(/-b$/, ""), type, where)),
    })),
  },
];

/** The same change of each single test in every condition. */
function mistest(change: (test: FieldTest) => Condition): Bug {
  const changeAll = (condition: Condition): Condition => {
    if (condition.kind === "test") return change(condition);
    return condition.kind === "constant" ? condition : { ...condition, of: condition.of.map(changeAll) };
  };
  return misread((reader) => ({
    find: (tenant, query) => reader.find(tenant, { ...query, where: changeAll(query.where) }),
    count: (tenant, type, where) => reader.count(tenant, type, changeAll(where)),
    countBy: (tenant, type, field, where) => reader.countBy(tenant, type, field, changeAll(where)),
  }));
}

/** What is found, in another order. */
function missort(compare: (a: FoundRecord, b: FoundRecord) => number): Bug {
  return misread((reader) => ({
    find: async (tenant, query) => (await reader.find(tenant, query)).toSorted(compare),
  }));
}
