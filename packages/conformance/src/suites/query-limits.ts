import assert from "node:assert/strict";

import type { Query, Where } from "@holdfast/core";

import { anywhere } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert } from "../ops.ts";
import { failure } from "../refusal.ts";
import { findIds, range, save, show, wrongly, writeAll } from "../shorthand.ts";

function nested(levels: number, key: "and" | "not" | "or"): Where {
  let where: Where = { rank: 1 };
  for (let level = 0; level < levels; level++) where = key === "not" ? { not: where } : { [key]: [where] };
  return where;
}

const malformed: readonly unknown[] = [
  null,
  "rank = 1",
  1,
  [],
  [{ rank: 1 }],
  true,
  { and: { rank: 1 } },
  { or: "x" },
  { not: [{ rank: 1 }] },
  { not: null },
  { and: [null] },
  { or: [1] },
  { rank: { equals: 1 } },
  { rank: { $gt: 1 } },
  { rank: { eq: 1, foo: 2 } },
  { rank: { ["__proto__"]: 1 } },
  { rank: { toString: 1 } },
  { rank: [1] },
  { rank: { in: 1 } },
  { rank: { in: { 0: 1 } } },
  { rank: { notIn: null } },
  { rank: { in: [[1]] } },
  { rank: { in: [{}] } },
  { rank: { eq: {} } },
  { rank: { eq: [1] } },
  { rank: { lt: {} } },
  { rank: NaN },
  { rank: { gt: Infinity } },
  { rank: 1n },
  { rank: () => 1 },
  { rank: Symbol("s") },
  { rank: { exists: 1 } },
  { rank: { exists: null } },
  { name: { startsWith: 5 } },
  { name: { contains: ["a"] } },
  { name: { startsWith: /a/ } },
];

export const queryLimits: Theme = {
  name: "queries that are refused",
  behaviours: [
    anywhere("refuses a condition that is none, whatever is wrong with it", async ({ store }) => {
      for (const where of malformed) {
        const bad = wrongly<Where>(where);
        for (const call of [
          store.find({ type: "Item", where: bad }),
          store.count("Item", bad),
          store.countBy("Item", "rank", bad),
        ]) {
          assert.equal((await failure(call)).code, "INVALID_QUERY", show(where));
        }
      }
    }),
    anywhere("refuses a query that is none", async ({ store }) => {
      for (const query of [null, undefined, "Item", 1, [], {}, { type: null }]) {
        assert.equal((await failure(store.find(wrongly<Query>(query)))).code, "INVALID_QUERY", show(query));
      }
      await failure(store.get("Item", wrongly<string[]>("id")), "INVALID_QUERY");
    }),
    anywhere("takes conditions up to 32 levels deep, and refuses deeper ones", async ({ store }) => {
      await save(store, "Item", "deep", { rank: 1 });
      for (const key of ["and", "or"] as const) {
        assert.deepEqual(await findIds(store, { type: "Item", where: nested(30, key) }), ["deep"]);
        await failure(store.find({ type: "Item", where: nested(33, key) }), "INVALID_QUERY");
      }
      assert.deepEqual(await findIds(store, { type: "Item", where: nested(30, "not") }), ["deep"]);
      await failure(store.find({ type: "Item", where: nested(33, "not") }), "INVALID_QUERY");
    }),
    anywhere(
      "refuses a condition of 10,000 levels, and one that holds itself, by the same error",
      async ({ store }) => {
        for (const key of ["and", "or", "not"] as const) {
          await failure(store.find({ type: "Item", where: nested(10_000, key) }), "INVALID_QUERY");
        }
        const self: Record<string, unknown> = {};
        self["not"] = self;
        await failure(store.find({ type: "Item", where: wrongly<Where>(self) }), "INVALID_QUERY");
      },
    ),
    anywhere("takes several hundred conditions, and refuses over 1,000", async ({ store }) => {
      await save(store, "Item", "wide", { rank: 499 });
      const or = (count: number): Where => ({ or: range(count).map((rank) => ({ rank })) });
      assert.deepEqual(await findIds(store, { type: "Item", where: or(499) }), []);
      assert.deepEqual(await findIds(store, { type: "Item", where: { not: or(499) } }), ["wide"]);
      await failure(store.find({ type: "Item", where: or(1_001) }), "INVALID_QUERY");
    }),
    anywhere("takes 10,000 values in an in, and refuses one more", async ({ store }) => {
      await writeAll(store, [insert("Item", "last", { rank: 9_999 }), insert("Item", "beyond", { rank: 10_000 })]);
      const ranks = range(10_000);
      assert.deepEqual(await findIds(store, { type: "Item", where: { rank: { in: ranks } } }), ["last"]);
      assert.deepEqual(await findIds(store, { type: "Item", where: { rank: { notIn: ranks } } }), ["beyond"]);
      await failure(store.find({ type: "Item", where: { rank: { in: [...ranks, 1] } } }), "INVALID_QUERY");
      await failure(store.find({ type: "Item", where: { rank: { notIn: [...ranks, 1] } } }), "INVALID_QUERY");
    }),
    anywhere("takes 10,000 ids of 100 bytes in an in", async ({ store }) => {
      const ids = range(10_000).map((at) => `${"x".repeat(95)}${String(at).padStart(5, "0")}`);
      await save(store, "Item", ids[7_777] ?? "");
      assert.equal(await store.count("Item", { id: { in: ids } }), 1);
    }),
    anywhere("dooms no transaction by a query that is refused", async ({ store }) => {
      await store.transaction(async (session) => {
        await writeAll(session, [insert("Item", "kept")]);
        await failure(session.find({ type: "Item", where: { color: 1 } }), "FIELD_NOT_INDEXED");
        await failure(session.find({ type: "Item", limit: 0 }), "INVALID_QUERY");
        await failure(session.find({ type: "Item", after: "x" }), "INVALID_CURSOR");
        await failure(session.count("Item", nested(40, "not")), "INVALID_QUERY");
      });
      assert.deepEqual(await findIds(store, { type: "Item" }), ["kept"]);
    }),
  ],
};
