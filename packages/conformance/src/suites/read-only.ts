import assert from "node:assert/strict";

import type { StoreSession } from "@holdfast/core";

import { behaviour, concurrent } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { gate } from "../gate.ts";
import { check, insert, put } from "../ops.ts";
import { failure } from "../refusal.ts";
import { findIds, range, read, save, writeAll } from "../shorthand.ts";

/** Whoever has to wait for another transaction is soon told so. */
const limits = { timeoutMs: 2_000 } as const;
const reading = { readOnly: true, ...limits } as const;

export const readOnly: Theme = {
  name: "transactions that only read",
  behaviours: [
    behaviour("refuses every write, in savepoints too, and goes on reading", async ({ store }) => {
      await save(store, "Item", "there");
      const found = await store.transaction(async (session) => {
        await failure(session.write([insert("Item", "x")]), "STORE_READ_ONLY");
        await failure(session.write([check("Item", "there", 1)]), "STORE_READ_ONLY");
        await session.transaction(
          async (inner) => void (await failure(inner.write([insert("Item", "y")]), "STORE_READ_ONLY")),
        );
        return findIds(session, { type: "Item" });
      }, reading);
      assert.deepEqual(found, ["there"]);
      assert.deepEqual(await findIds(store, { type: "Item" }), ["there"]);
    }),
    concurrent("sees one snapshot to its end, whatever is written meanwhile", async ({ store }) => {
      await writeAll(
        store,
        range(3).map((at) => insert("Item", `s${at}`, { rank: at })),
      );
      const look = async (session: StoreSession) => [
        await session.count("Item"),
        (await session.find({ type: "Item", where: { rank: { gte: 1 } } })).records.map(({ id, version }) => [
          id,
          version,
        ]),
        (await session.get("Item", ["s0", "new"])).map((record) => record?.version),
      ];
      const [seen, changed] = [gate(), gate()];
      const looks = store.transaction(async (session) => {
        const first = await look(session);
        seen.open();
        await changed.opened;
        return [first, await look(session)];
      }, reading);
      await Promise.race([seen.opened, looks]);
      try {
        await writeAll(store, [
          insert("Item", "new", { rank: 9 }),
          put("Item", "s1", { rank: 1 }),
          put("Item", "s0", { rank: 5 }),
        ]);
      } finally {
        changed.open();
      }
      const [first, second] = await looks;
      assert.deepEqual(second, first);
      assert.deepEqual(first, [
        3,
        [
          ["s1", 1],
          ["s2", 1],
        ],
        [1, undefined],
      ]);
    }),
    concurrent("does not make writers wait for it", async ({ store }) => {
      const [seen, written] = [gate(), gate()];
      const long = store.transaction(async (session) => {
        await session.count("Item");
        seen.open();
        await written.opened;
      }, reading);
      await Promise.race([seen.opened, long]);
      const versions = [];
      try {
        for (let round = 0; round < 3; round++) versions.push((await save(store, "Item", "free")).version);
        versions.push(await store.transaction(async (session) => (await save(session, "Item", "free")).version));
      } finally {
        written.open();
      }
      await long;
      assert.deepEqual(versions, [1, 2, 3, 4]);
    }),
    concurrent("does not wait for a writer", async ({ store }) => {
      await save(store, "Item", "held", { rank: 1 });
      const [begun, end] = [gate(), gate()];
      const writer = store.transaction(async (session) => {
        await save(session, "Item", "held", { rank: 2 });
        begun.open();
        await end.opened;
      }, limits);
      await Promise.race([begun.opened, writer]);
      const seen = await store.transaction((session) => read(session, "Item", "held"), reading).finally(end.open);
      await writer;
      assert.deepEqual(seen?.body, { rank: 1 });
    }),
    behaviour("may be narrowed in a savepoint of a transaction that writes", async ({ store }) => {
      await store.transaction(async (session) => {
        await save(session, "Item", "outer");
        await session.transaction(async (inner) => {
          await failure(inner.write([insert("Item", "inner")]), "STORE_READ_ONLY");
          assert.equal(await inner.count("Item"), 1);
        }, reading);
        await save(session, "Item", "after");
      });
      assert.deepEqual(await findIds(store, { type: "Item" }), ["outer", "after"]);
    }),
  ],
};
