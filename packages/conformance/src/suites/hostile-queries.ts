import assert from "node:assert/strict";

import type { OrderBy, Query } from "@holdfast/core";

import { anywhere } from "../behaviour.ts";
import type { TenantSession, Theme } from "../behaviour.ts";
import { boxed, changing, counted, heir, holes, trap, Trapped, turnedAway, withstands } from "../hostile.ts";
import { insert } from "../ops.ts";
import { findIds, range, wrongly, writeAll } from "../shorthand.ts";

const sql = 'rank"; DROP TABLE "Item"; --';

function find(store: TenantSession, query: object): Promise<unknown> {
  return store.find(wrongly<Query>({ type: "Item", ...query }));
}

export const hostileQueries: Theme = {
  name: "hostile queries",
  behaviours: [
    withstands("refuses limits that are none", async (store) => {
      const limits = [
        0,
        -1,
        -Infinity,
        0.5,
        1.5,
        NaN,
        Infinity,
        10_001,
        2 ** 53,
        "10",
        "",
        null,
        true,
        1n,
        [],
        [1],
        {},
      ];
      for (const limit of [...limits, boxed(5), { valueOf: () => 5 }, Symbol("five"), () => 5]) {
        await turnedAway(() => find(store, { limit }), "INVALID_QUERY");
      }
    }),
    withstands("refuses a query with a name that it does not know, or that is no plain object", async (store) => {
      for (const extra of [{ were: { rank: 2 } }, { filter: {} }, { order: [] }, { offset: 5 }, { [sql]: 1 }]) {
        await turnedAway(() => find(store, extra), "INVALID_QUERY");
      }
      const query: Query = { type: "Item", limit: 1 };
      for (const other of [heir(query), new Map(Object.entries(query)), () => query, Promise.resolve(query)]) {
        await turnedAway(() => store.find(wrongly<Query>(other)), "INVALID_QUERY");
      }
      for (const name of ["get", "ownKeys", "getPrototypeOf"]) {
        const error = await turnedAway(() => store.find(new Proxy(query, { [name]: trap })), "INVALID_QUERY");
        assert.ok(error.cause instanceof Trapped);
      }
    }),
    withstands("refuses orders that are none", async (store) => {
      const term = { field: "rank", direction: "asc" };
      const terms: readonly unknown[] = [
        null,
        "rank",
        7,
        [],
        ["rank", "asc"],
        {},
        heir(term),
        new Map([["field", "rank"]]),
        () => term,
        ...[
          sql,
          "__proto__",
          "toString",
          "",
          7,
          null,
          boxed("rank"),
          { toString: () => "rank" },
          "f".repeat(10_000),
        ].map((field) => ({ field, direction: "asc" })),
        ...["ascending", "ASC", "asc; --", 1, null, {}, boxed("asc")].map((direction) => ({
          field: "rank",
          direction,
        })),
        { field: "rank", dir: "desc" },
        new Proxy(term, { get: trap }),
        new Proxy(term, { ownKeys: trap }),
      ];
      const orders = [null, "rank", {}, 7, new Set([term]), holes(1_000_000), new Proxy([term], { get: trap })];
      for (const orderBy of [...orders, ...terms.map((each) => [each])]) {
        await turnedAway(() => find(store, { orderBy }), "INVALID_QUERY", "FIELD_NOT_INDEXED");
      }
    }),
    anywhere("reads each part of a query once, so that what was checked is what is asked", async ({ store }) => {
      await writeAll(
        store,
        range(3).map((at) => insert("Item", `i${at}`, { rank: 2 - at })),
      );
      const order = changing("field", { direction: "desc" }, "rank", sql);
      assert.deepEqual(await findIds(store, { type: "Item", orderBy: [wrongly<OrderBy>(order)] }), ["i0", "i1", "i2"]);
      for (const [name, good, bad] of [
        ["type", "Item", sql],
        ["limit", 2, "2; --"],
        ["where", { rank: { gt: 0 } }, { [sql]: 1 }],
      ] as const) {
        const query = changing(name, { type: "Item", limit: 2 }, good, bad);
        assert.deepEqual(await findIds(store, wrongly<Query>(query)), ["i0", "i1"], name);
      }
      const ids = wrongly<string[]>(changing("1", Object.assign([], { 0: "i0", length: 2 }), "i1", { bad: sql }));
      await turnedAway(() => store.get("Item", ids), "INVALID_QUERY");
      const list = Object.defineProperty(["i0", "i1"], 1, { get: () => "i1" });
      assert.equal((await store.get("Item", Object.assign(list, { map: trap, [Symbol.iterator]: trap }))).length, 2);
    }),
    withstands("refuses to count by what is no field", async (store) => {
      for (const field of [sql, "", "note", 7, null, undefined, Symbol("rank"), ["rank"], { toString: () => "rank" }]) {
        await turnedAway(() => store.countBy("Item", wrongly<string>(field)), "INVALID_QUERY", "FIELD_NOT_INDEXED");
      }
    }),
    withstands("refuses ids that are no list, more than 10,000 of them, and endless ones", async (store) => {
      const lists: readonly unknown[] = [
        "abc",
        null,
        undefined,
        7,
        {},
        { length: 1, 0: "a" },
        new Set(["a"]),
        () => ["a"],
      ];
      for (const ids of [...lists, ["a"].values(), new Proxy(["a"], { get: trap }), new Uint8Array(1)]) {
        await turnedAway(() => store.get("Item", wrongly<string[]>(ids)), "INVALID_QUERY");
      }
      const endless = counted(holes<string>(2 ** 32 - 1), () => "a");
      await turnedAway(() => store.get("Item", endless.value), "INVALID_QUERY");
      assert.equal(endless.reads(), 0);
      await turnedAway(() => store.get("Item", range(10_001).map(String)), "INVALID_QUERY");
      for (const id of [7, null, boxed("a"), ["a"], { toString: trap }, "i".repeat(10_000), 1n, Symbol("a")]) {
        await turnedAway(() => store.get("Item", wrongly<string[]>(["a", id])), "INVALID_ID");
      }
      await turnedAway(() => store.get("Item", holes<string>(3)), "INVALID_ID");
    }),
  ],
};
