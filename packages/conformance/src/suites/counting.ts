import assert from "node:assert/strict";

import type { Scalar } from "@holdfast/core";

import { anywhere } from "../behaviour.ts";
import type { TenantSession, Theme } from "../behaviour.ts";
import { insert, put, remove } from "../ops.ts";
import { range, save, writeAll } from "../shorthand.ts";

async function expectCounts(
  store: TenantSession,
  field: string,
  expected: readonly (readonly [Scalar, number])[],
): Promise<void> {
  const counts = await store.countBy("Item", field);
  assert.equal(counts.size, expected.length, `the values of ${field}: ${JSON.stringify([...counts])}`);
  for (const [value, count] of expected) assert.equal(counts.get(value), count, `${field} ${JSON.stringify(value)}`);
}

export const counting: Theme = {
  name: "counts",
  behaviours: [
    anywhere(
      "counts all records of a type, and those under a condition, beyond the size of a page",
      async ({ store }) => {
        await writeAll(
          store,
          range(250).map((at) => insert("Item", `c${at}`, { rank: at % 10, done: at % 2 === 0 })),
        );
        assert.equal(await store.count("Item"), 250);
        assert.equal(await store.count("Item", { rank: { lt: 3 } }), 75);
        assert.equal(await store.count("Item", { rank: { lt: 3 }, done: true }), 50);
        assert.equal(await store.count("Item", { rank: { in: [] } }), 0);
      },
    ),
    anywhere("counts nothing where nothing is stored", async ({ store }) => {
      assert.equal(await store.count("Item"), 0);
      assert.equal(await store.count("Undeclared"), 0);
      assert.deepEqual([...(await store.countBy("Item", "name"))], []);
      assert.deepEqual([...(await store.countBy("Undeclared", "version"))], []);
    }),
    anywhere("counts by value of a string, null among them, each text apart", async ({ store }) => {
      const texts = ["", "a", "A", "é", "e\u0301", "\0", "\x01", "\ud83d", "\ude00", "\u{1f600}", "\ud7e0", "null"];
      for (const [at, name] of texts.entries()) {
        await writeAll(
          store,
          range(1 + (at % 3)).map((each) => insert("Item", `s${at}-${each}`, { name })),
        );
      }
      await writeAll(store, [insert("Item", "none"), insert("Item", "null", { name: null })]);
      await expectCounts(store, "name", [...texts.map((text, at) => [text, 1 + (at % 3)] as const), [null, 2]]);
    }),
    anywhere("counts by value of a number and of a boolean", async ({ store }) => {
      const ranks = [0, -0, 0.1, 1e300, 2 ** 53, -5, 5e-324];
      await writeAll(
        store,
        ranks.map((rank, at) => insert("Item", `n${at}`, { rank, done: at % 2 === 0 })),
      );
      await writeAll(store, [insert("Item", "none", { done: null })]);
      await expectCounts(store, "rank", [
        [0, 2],
        [0.1, 1],
        [1e300, 1],
        [2 ** 53, 1],
        [-5, 1],
        [5e-324, 1],
        [null, 1],
      ]);
      await expectCounts(store, "done", [
        [true, 4],
        [false, 3],
        [null, 1],
      ]);
    }),
    anywhere("counts by value under a condition", async ({ store }) => {
      await writeAll(
        store,
        range(12).map((at) => insert("Item", `w${at}`, { rank: at, status: ["a", "b", "c"][at % 3] ?? "" })),
      );
      const counts = await store.countBy("Item", "status", { rank: { gte: 6 }, not: { status: "c" } });
      assert.deepEqual(
        counts,
        new Map([
          ["a", 2],
          ["b", 2],
        ]),
      );
    }),
    anywhere("counts by id and by version", async ({ store }) => {
      await writeAll(store, [insert("Item", "v1"), insert("Item", "v2"), insert("Item", "v3")]);
      await save(store, "Item", "v3");
      await expectCounts(store, "version", [
        [1, 2],
        [2, 1],
      ]);
      await expectCounts(store, "id", [
        ["v1", 1],
        ["v2", 1],
        ["v3", 1],
      ]);
    }),
    anywhere("follows every change", async ({ store }) => {
      await writeAll(store, [insert("Item", "f1", { status: "a" }), insert("Item", "f2", { status: "a" })]);
      await writeAll(store, [put("Item", "f1", { status: "b" }), remove("Item", "f2")]);
      await expectCounts(store, "status", [["b", 1]]);
      assert.equal(await store.count("Item"), 1);
    }),
    anywhere("counts inside a transaction with the transaction's own writes", async ({ store }) => {
      await writeAll(store, [insert("Item", "t1", { status: "a" }), insert("Item", "t2", { status: "a" })]);
      const seen = await store.transaction(async (session) => {
        await writeAll(session, [insert("Item", "t3", { status: "b" }), remove("Item", "t1")]);
        return [await session.count("Item"), await session.countBy("Item", "status")];
      });
      assert.deepEqual(seen, [
        2,
        new Map([
          ["a", 1],
          ["b", 1],
        ]),
      ]);
    }),
  ],
};
