import { entityLift, defineEntity, defineModel, HoldfastError, recordMatcher } from "@holdfast/core";
import type { JsonObject, StoredRecord, Where } from "@holdfast/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const Thing = defineEntity({
  name: "Thing",
  schema: z.object({ name: z.string().nullable().default(null), rank: z.number().optional() }),
  indexes: [["name"], ["rank"]],
  schemaVersion: 2,
  upcast: { 1: ({ title = null, ...old }) => ({ ...old, name: title }) },
});
const { layout } = defineModel([Thing]);

function record(body: JsonObject, documentVersion = 2): StoredRecord {
  const created = 1_795_312_984_123_456;
  return {
    type: "Thing",
    tenant: "default",
    id: "t1",
    version: 3,
    documentVersion,
    created,
    updated: created + 1,
    body,
  };
}

function isFound(where: Where | undefined, body: JsonObject, documentVersion?: number): boolean {
  return recordMatcher(layout, entityLift([Thing]), "Thing", where)(record(body, documentVersion));
}

describe("whether a query finds a record", () => {
  test.each<[Where | undefined, JsonObject, boolean]>([
    [undefined, {}, true],
    [{}, {}, true],
    [{ name: null }, {}, true],
    [{ name: { ne: "a" } }, {}, true],
    [{ not: { rank: { lt: 3 } } }, { name: "a" }, true],
    [{ rank: { lt: 3 } }, {}, false],
    [{ rank: { in: [] } }, { rank: 1 }, false],
    [{ or: [{ rank: 1 }, { name: { startsWith: "" } }] }, { name: "b" }, true],
    [{ and: [{ rank: 1 }, { name: "b" }] }, { rank: 1 }, false],
    [{ id: "t1", version: { gte: 3 } }, {}, true],
    [{ createdAt: "2026-11-22T02:03:04.123456Z" }, {}, true],
    [{ updatedAt: { gt: "2026-11-22T02:03:04.123457Z" } }, {}, false],
    [{ createdAt: { lt: new Date("2026-11-23") } }, {}, true],
  ])("by %j, of %j, is %s", (where, body, found) => expect(isFound(where, body)).toBe(found));

  test("goes by a document's newest form", () => {
    expect([isFound({ name: "a" }, { title: "a" }, 1), isFound({ name: "a" }, { title: "a" })]).toEqual([true, false]);
  });

  test("is not asked by a field that has no index, nor in another language", () => {
    const asked = (where: Where) => () => recordMatcher(layout, entityLift([Thing]), "Thing", where);
    expect(asked({ colour: "red" })).toThrow(expect.objectContaining({ code: "FIELD_NOT_INDEXED" }));
    expect(asked({ rank: { below: 3 } })).toThrow(expect.objectContaining({ code: "INVALID_QUERY" }));
  });

  test("cannot be said of values of another kind", () => {
    let thrown: unknown;
    try {
      isFound({ rank: 1 }, { rank: "first" });
    } catch (error) {
      thrown = error;
    }
    expect(HoldfastError.is(thrown, "INVALID_ENTITY")).toBe(true);
  });
});
