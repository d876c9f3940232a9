import assert from "node:assert/strict";

import type { Query, Where } from "@holdfast/core";

import { anywhere } from "../behaviour.ts";
import type { Behaviour, TenantSession, Theme } from "../behaviour.ts";
import { boxed, counted, heir, holes, trap, turnedAway, withstands } from "../hostile.ts";
import { insert } from "../ops.ts";
import { findIds, range, wrongly, writeAll } from "../shorthand.ts";

const sql = 'rank"; DROP TABLE "Item"; --';

function find(store: TenantSession, query: object): Promise<unknown> {
  return store.find(wrongly<Query>({ type: "Item", ...query }));
}

function refusesWhere(name: string, make: () => readonly unknown[]): Behaviour {
  return withstands(name, async (store) => {
    for (const each of make()) {
      const where = wrongly<Where>(each);
      await turnedAway(() => store.find({ type: "Item", where }), "INVALID_QUERY", "FIELD_NOT_INDEXED");
      await turnedAway(() => store.count("Item", where), "INVALID_QUERY", "FIELD_NOT_INDEXED");
      await turnedAway(() => store.countBy("Item", "rank", where), "INVALID_QUERY", "FIELD_NOT_INDEXED");
    }
  });
}

class Condition {
  readonly rank = 1;
}

/** What has no properties of its own would be a condition that asks for nothing, and so match all. */
const askingNothing: readonly unknown[] = [
  new Map([["rank", 1]]),
  new Set(["rank"]),
  new Date(0),
  /rank/,
  Promise.resolve({ rank: 1 }),
  new Condition(),
  heir({ rank: 1 }),
  Object.assign(heir({ rank: 1 }), { name: "b" }),
  boxed("rank"),
  () => true,
];

export const hostileConditions: Theme = {
  name: "hostile conditions",
  behaviours: [
    refusesWhere("refuses a condition that is no plain object, rather than match all", () => [
      ...askingNothing,
      ...askingNothing.map((each) => ({ not: each })),
      ...askingNothing.map((each) => ({ and: [each] })),
      ...askingNothing.filter((each) => !(each instanceof Date)).map((rank) => ({ rank })),
    ]),
    refusesWhere("refuses fields that are SQL, or parts of every object", () =>
      [sql, "", "rank ", '"rank"', "rank\0", "Rank", "_id", "body", "body->>'x'", "1", "f".repeat(1_000_000)]
        .concat("toString", "hasOwnProperty", "prototype", "valueOf", "length")
        .flatMap((field) => [{ [field]: 1 }, { [field]: { eq: 1 } }, { not: { or: [{ [field]: null }] } }]),
    ),
    refusesWhere(
      "refuses __proto__ as a field and as an operator",
      () =>
        JSON.parse('[{"__proto__":1},{"__proto__":{"rank":1}},{"rank":{"__proto__":{"eq":1}}}]') as readonly unknown[],
    ),
    refusesWhere("refuses conditions that throw, lie or change while they are read", () => [
      ...["get", "ownKeys", "getPrototypeOf", "getOwnPropertyDescriptor"].flatMap((name) => {
        const proxy = new Proxy({ rank: 1 }, { [name]: trap });
        return [proxy, { not: proxy }, { or: [proxy] }, { rank: proxy }];
      }),
      { rank: { in: new Proxy([1], { get: trap }) } },
      { rank: { in: new Proxy([1], { get: () => Infinity }) } },
      { and: new Proxy([{}], { get: () => 2 ** 32 - 1 }) },
      new Proxy({}, { ownKeys: () => ["a", "a"] }),
      { rank: heir(Date.prototype) },
      { rank: { eq: new Proxy(new Date(0), {}) } },
      { createdAt: { eq: new Date(NaN) } },
    ]),
    withstands("refuses a condition of a million nodes after the first thousand", async (store) => {
      const wide = counted(Object.fromEntries(range(5_000).map((at) => [`f${at}`, 1])), () => 1);
      const long = counted(holes<unknown>(1_000_000), () => ({ rank: 1 }));
      const list = counted(holes<unknown>(1_000_000), () => 1);
      const many = counted(holes<unknown>(1_000), () => ({ or: holes<Where>(1_000).fill({ rank: 1 }) }));
      const deep: { value: unknown[]; reads: () => number } = counted([0], () => ({ and: deep.value }));
      const wheres = [wide.value, { and: long.value }, { rank: { in: list.value } }, { or: many.value }, deep.value[0]];
      for (const where of wheres) await turnedAway(() => find(store, { where }), "INVALID_QUERY");
      const steps = [wide, long, list, many, deep].map(({ reads }) => reads());
      assert.ok(Math.max(...steps) <= 1_000, `steps: ${steps.join(", ")}`);
    }),
    withstands("refuses cycles of conditions through every joining word", async (store) => {
      for (const close of [
        (self: object) => ({ not: self }),
        (self: object) => ({ and: [self] }),
        (self: object) => ({ or: [{ rank: 1 }, self] }),
      ]) {
        const where: object = {};
        Object.assign(where, close(where));
        await turnedAway(() => find(store, { where }), "INVALID_QUERY");
      }
    }),
    anywhere("takes 100,000 values in all lists of a query, and refuses one more", async ({ store }) => {
      await writeAll(store, [insert("Item", "last", { rank: 99_999 }), insert("Item", "beyond", { rank: 100_000 })]);
      const lists = range(10).map((at) => ({ rank: { in: range(10_000).map((each) => at * 10_000 + each) } }));
      assert.deepEqual(await findIds(store, { type: "Item", where: { or: lists } }), ["last"]);
      await turnedAway(() => find(store, { where: { or: [...lists, { rank: { notIn: [1] } }] } }), "INVALID_QUERY");
    }),
    anywhere("answers for operands of megabytes as for short ones", async ({ store }) => {
      const names = ["", "a", "a".repeat(512), "b", "\u{1f600}".repeat(128)];
      await writeAll(
        store,
        names.map((name, at) => insert("Item", `n${at}`, { name })),
      );
      const ids = async (condition: Where[string]): Promise<string> =>
        (await findIds(store, { type: "Item", where: { name: condition } })).map((id) => id.slice(1)).join("");
      for (const [operand, below] of [
        ["a".repeat(5_000_000), "012"],
        [`a${"\u{1f600}".repeat(2_000_000)}`, "012"],
        ["\u{1f600}".repeat(2_000_000), "01234"],
        [`${"\u{1f600}".repeat(600)}\ud83d`, "01234"],
      ] as const) {
        const above = "01234"
          .split("")
          .filter((each) => !below.includes(each))
          .join("");
        for (const operator of ["lt", "lte"] as const)
          assert.equal(await ids({ [operator]: operand }), below, operator);
        for (const operator of ["gt", "gte"] as const)
          assert.equal(await ids({ [operator]: operand }), above, operator);
        for (const operator of ["eq", "startsWith", "contains"] as const) {
          assert.equal(await ids({ [operator]: operand }), "", operator);
        }
        assert.equal(await ids({ in: holes<string>(1_000).fill(operand).concat("b") }), "3");
        assert.equal(await ids({ ne: operand }), "01234");
      }
    }),
  ],
};
