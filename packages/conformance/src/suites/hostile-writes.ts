import assert from "node:assert/strict";

import type { StoreSession, WriteOp } from "@holdfast/core";

import { anywhere } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { boxed, changing, counted, heir, holes, trap, turnedAway, withstands } from "../hostile.ts";
import { check, insert, put, remove } from "../ops.ts";
import { findIds, range, read, readStored, save, wrongly } from "../shorthand.ts";

const key = { type: "Item", id: "hostile" };
const record = { ...key, documentVersion: 1, body: {} };
const sql = 'Item"; DROP TABLE "Item"; --';

function write(store: StoreSession, ops: unknown): Promise<unknown> {
  return store.write(wrongly<WriteOp[]>(ops));
}

function refusesOps(name: string, make: (tenant: string) => readonly unknown[]) {
  return withstands(name, async (store) => {
    for (const op of make(store.tenantName)) {
      await turnedAway(() => write(store, [op]));
      await turnedAway(() => write(store, [insert("Item", "beside"), op]));
    }
  });
}

/** An op of a class: its own properties would do, but what else does it have? */
class Op {
  readonly put = record;
  readonly expect = "any";
}

export const hostileWrites: Theme = {
  name: "hostile writes",
  behaviours: [
    withstands("refuses to write what is no list of ops", async (store) => {
      const op = insert("Item", "hostile");
      const lists: readonly unknown[] = ["abc", null, undefined, 7, true, {}, { length: 1, 0: op }, new Set([op])];
      const others = [[op].values(), () => [op], Promise.resolve([op]), new Map([[0, op]]), op, Symbol("ops"), 1n];
      for (const ops of [...lists, ...others]) await turnedAway(() => write(store, ops), "INVALID_ENTITY");
      const revoked = Proxy.revocable([op], {});
      revoked.revoke();
      const lying = ["1", -1n, NaN, Infinity, 2 ** 53, null].map((length) => new Proxy([op], { get: () => length }));
      for (const ops of [revoked.proxy, new Proxy([op], { get: trap }), ...lying]) {
        await turnedAway(() => write(store, ops), "INVALID_ENTITY");
      }
    }),
    withstands("refuses lists without an end, at the first op that is none", async (store) => {
      await turnedAway(() => write(store, holes(2 ** 32 - 1)), "INVALID_ENTITY");
      const endless = counted(holes<unknown>(2 ** 32 - 1), () => insert("Item", "hostile"));
      await turnedAway(() => write(store, endless.value), "INVALID_ENTITY");
      assert.ok(endless.reads() <= 1_000_000);
      const many: unknown[] = range(1_000).map((at) => insert("Item", `many-${at}`));
      for (const last of [null, 7, { delete: null }, { putt: record }]) {
        await turnedAway(() => write(store, [...many, last]), "INVALID_ENTITY");
      }
    }),
    refusesOps("refuses an op that is none, or two at once", () => [
      null,
      undefined,
      7,
      "put",
      [],
      [record],
      {},
      () => record,
      new Map([["put", record]]),
      new Op(),
      heir({ put: record, expect: "any" }),
      Promise.resolve({ put: record, expect: "any" }),
      { put: record, delete: key, expect: "any" },
      { put: record, check: key, expect: "any" },
      { delete: key, check: key, expect: "any" },
      { put: record, restore: record, expect: "any" },
      { upsert: record, expect: "any" },
      { PUT: record, expect: "any" },
      { ["__proto__"]: { put: record }, expect: "any" },
      JSON.parse('{"__proto__":{"put":1},"expect":"any"}') as unknown,
    ]),
    refusesOps("refuses an op with a name that it does not know, rather than leave it unheeded", (tenant) => [
      { put: record, expect: "any", mtach: { status: "open" } },
      { put: record, expect: "any", where: { rank: 1 } },
      { delete: key, expect: "any", match: { rank: 1 } },
      { check: key, expect: "any", match: { rank: 1 } },
      { restore: { ...record, tenant, version: 1, created: 0, updated: 0 }, expect: "absent" },
      { restore: { ...record, tenant, version: 1, created: 0, updated: 0, deleted: 0 } },
    ]),
    refusesOps("refuses keys that are none", (tenant) => [
      ...[null, undefined, 7, "Item", ["Item", "hostile"], () => key].flatMap((bad) => [
        { put: bad, expect: "any" },
        { delete: bad, expect: "any" },
        { restore: bad },
      ]),
      ...[sql, "", 7, null, boxed("Item"), ["Item"], { toString: () => "Item" }, Symbol("Item"), "T".repeat(10_000)]
        .map((type) => ({ ...record, type }))
        .flatMap((bad) => [
          { put: bad, expect: "any" },
          { delete: bad, expect: "any" },
          { check: bad, expect: "any" },
        ]),
      ...[7, null, boxed("hostile"), ["hostile"], { toString: trap }, Symbol("id"), 1n, "i".repeat(10_000), "a\0b"]
        .map((id) => ({ ...record, id }))
        .flatMap((bad) => [
          { put: bad, expect: "any" },
          { delete: bad, expect: "any" },
        ]),
      ...[sql, 7, null, undefined, { toString: trap }, Object.create(null) as object, Symbol("t"), `${tenant}2`].map(
        (other) => ({
          restore: { ...record, tenant: other, version: 1, created: 0, updated: 0 },
        }),
      ),
    ]),
    refusesOps("refuses numbers and expectations that are none", (tenant) => [
      ...[NaN, Infinity, 1.5, "1", "ANY", "", null, undefined, {}, [], boxed("any"), 1n, 2 ** 53, trap].flatMap(
        (expect) => [
          { put: record, expect },
          { delete: key, expect },
          { check: key, expect },
        ],
      ),
      ...[0, -1, 1.5, NaN, Infinity, "1", null, undefined, 2 ** 53, 1n].flatMap((bad) => [
        { put: { ...record, documentVersion: bad }, expect: "any" },
        { restore: { ...record, tenant, version: bad, created: 0, updated: 0 } },
        { restore: { ...key, tenant, version: bad, deleted: 0 } },
      ]),
    ]),
    refusesOps("refuses a match that is none", () =>
      [
        null,
        7,
        "rank",
        [],
        [["rank", 1]],
        new Map([["rank", 1]]),
        heir({ rank: 1 }),
        ...[undefined, NaN, Infinity, 1n, Symbol("s"), {}, [1], trap, new Date(0)].map((rank) => ({ rank })),
        ...[sql, "__proto__", "toString", "id", "version", ""].map((field) => ({ [field]: 1 })),
        new Proxy({ rank: 1 }, { ownKeys: trap }),
        Object.defineProperty({}, "rank", { enumerable: true, get: trap }),
      ].map((match) => ({ put: record, expect: "any", match })),
    ),
    refusesOps("refuses ops whose properties cannot be read", () =>
      ["get", "ownKeys", "getPrototypeOf", "getOwnPropertyDescriptor"].flatMap((name) => [
        new Proxy({ put: record, expect: "any" }, { [name]: trap }),
        ...(name === "get" || name === "getOwnPropertyDescriptor"
          ? [{ put: new Proxy(record, { [name]: trap }), expect: "any" }]
          : []),
      ]),
    ),
    anywhere("reads each property of an op once, so that what was checked is what is done", async ({ store }) => {
      await save(store, "Owner", "parent");
      await save(store, "Guest", "child", { hostId: "parent" });
      const changed = { ...record, type: sql, id: "a\0b" };
      await write(store, [
        { put: changing("type", record, "Item", sql), expect: "any" },
        changing("put", { expect: "any" }, { ...record, id: "second" }, changed),
        { put: changing("id", record, "third", "a\0b"), expect: changing("expect", {}, "any", "x") && "any" },
        changing("delete", { expect: "any" }, { type: "Owner", id: "parent" }, { type: sql, id: "" }, null),
      ]);
      assert.deepEqual(await findIds(store, { type: "Item" }), ["hostile", "second", "third"]);
      assert.equal(await read(store, "Owner", "parent"), undefined);
      assert.deepEqual((await readStored(store, "Guest", "child")).body, { hostId: null });
    }),
    anywhere("goes by a list's length, whatever else stands on it", async ({ store }) => {
      const ops = Object.assign([put("Item", "listed")], { map: trap, some: trap, [Symbol.iterator]: trap, extra: 1 });
      await write(store, ops);
      await write(
        store,
        Object.assign([check("Item", "listed", "present"), remove("Item", "listed")], { every: trap }),
      );
      assert.deepEqual(await findIds(store, { type: "Item" }), []);
    }),
  ],
};
