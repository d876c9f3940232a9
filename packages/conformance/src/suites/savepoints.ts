import assert from "node:assert/strict";

import type { StoreSession } from "@holdfast/core";

import { behaviour } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert, put, remove } from "../ops.ts";
import { failure } from "../refusal.ts";
import { fieldOf, findIds, range, read, readStored, save, writeAll } from "../shorthand.ts";

const undo = new Error("undo");

async function undone(session: StoreSession, work: (inner: StoreSession) => Promise<unknown>): Promise<void> {
  const thrown: unknown = await session
    .transaction(async (inner) => {
      await work(inner);
      throw undo;
    })
    .catch((error: unknown) => error);
  assert.equal(thrown, undo, "a savepoint throws what its work threw");
}

export const savepoints: Theme = {
  name: "savepoints and what dooms a transaction",
  behaviours: [
    behaviour("keeps what a savepoint wrote, and gives back what it answered", async ({ store }) => {
      const answer = await store.transaction(async (session) => {
        await save(session, "Item", "outer");
        return session.transaction(async (inner) => (await save(inner, "Item", "inner")).version);
      });
      assert.equal(answer, 1);
      assert.deepEqual(await findIds(store, { type: "Item" }), ["outer", "inner"]);
    }),
    behaviour("undoes a savepoint that throws, and only it", async ({ store }) => {
      await save(store, "Item", "kept", { rank: 1 });
      await store.transaction(async (session) => {
        await writeAll(session, [insert("Item", "before"), put("Item", "kept", { rank: 2 })]);
        await undone(session, (inner) =>
          writeAll(inner, [insert("Item", "x"), put("Item", "kept", { rank: 3 }), remove("Item", "before")]),
        );
        assert.equal(await fieldOf(session, "Item", "kept", "rank"), 2);
        assert.equal(await session.count("Item", { rank: 3 }), 0);
        await save(session, "Item", "after");
      });
      assert.deepEqual(await findIds(store, { type: "Item" }), ["kept", "before", "after"]);
      assert.equal((await readStored(store, "Item", "kept")).version, 2);
    }),
    behaviour("undoes what a savepoint deleted and created again", async ({ store }) => {
      await save(store, "Item", "again", { rank: 1 });
      await store.transaction(async (session) => {
        await undone(session, async (inner) => {
          await writeAll(inner, [remove("Item", "again")]);
          await save(inner, "Item", "again", { rank: 2 });
        });
        assert.deepEqual((await readStored(session, "Item", "again")).body, { rank: 1 });
        assert.equal((await save(session, "Item", "again")).version, 2);
      });
    }),
    behaviour("nests savepoints: an outer one undoes its inner ones, an inner one itself alone", async ({ store }) => {
      await store.transaction(async (session) => {
        await undone(session, async (outer) => {
          await save(outer, "Item", "gone-1");
          await outer.transaction((inner) => save(inner, "Item", "gone-2"));
        });
        await session.transaction(async (outer) => {
          await save(outer, "Item", "stays-1");
          await undone(outer, (inner) => save(inner, "Item", "gone-3"));
          await outer.transaction((inner) => inner.transaction((innermost) => save(innermost, "Item", "stays-2")));
        });
      });
      assert.deepEqual(await findIds(store, { type: "Item" }), ["stays-1", "stays-2"]);
    }),
    behaviour("rolls savepoints back with their transaction", async ({ store }) => {
      const call = store.transaction(async (session) => {
        await session.transaction((inner) => save(inner, "Item", "released"));
        throw undo;
      });
      assert.equal(await call.catch((error: unknown) => error), undo);
      assert.equal(await read(store, "Item", "released"), undefined);
    }),
    behaviour("does savepoints and calls that were started together one after the other", async ({ store }) => {
      await store.transaction(async (session) => {
        const add = async (inner: StoreSession) => {
          const rank = Number(await fieldOf(inner, "Item", "sum", "rank")) + 1;
          await save(inner, "Item", "sum", { rank });
          return rank;
        };
        await save(session, "Item", "sum", { rank: 0 });
        const calls = [
          session.transaction(add),
          undone(session, add),
          session.get("Item", ["sum"]),
          session.transaction(add),
        ] as const;
        const [first, , [between], last] = await Promise.all(calls);
        assert.deepEqual([first, between?.body["rank"], last], [1, 1, 2]);
      });
    }),
    behaviour("waits for savepoints that work did not await, and commits them", async ({ store }) => {
      await store.transaction((session) => {
        void session.transaction((inner) => inner.transaction((innermost) => save(innermost, "Item", "floating")));
        return Promise.resolve();
      });
      assert.equal((await readStored(store, "Item", "floating")).version, 1);
    }),
    behaviour("takes 100 savepoints in a row, every second undone", async ({ store }) => {
      await store.transaction(async (session) => {
        for (const at of range(100)) {
          if (at % 2 === 0) await session.transaction((inner) => save(inner, "Item", `row-${at}`));
          else await undone(session, (inner) => save(inner, "Item", `row-${at}`));
        }
      });
      assert.equal(await store.count("Item"), 50);
    }),
    behaviour("fails at the commit after a unique violation that work swallowed", async ({ store }) => {
      await save(store, "Account", "holder", { email: "taken" });
      const call = store.transaction(async (session) => {
        await save(session, "Item", "lost");
        await failure(session.write([insert("Account", "second", { email: "taken" })]), "UNIQUE_VIOLATION");
        return "swallowed";
      });
      await failure(call, "UNIQUE_VIOLATION");
      assert.equal(await read(store, "Item", "lost"), undefined);
    }),
    behaviour("does nothing more in a doomed transaction", async ({ store }) => {
      await save(store, "Account", "first", { email: "doom" });
      const call = store.transaction(async (session) => {
        await failure(session.write([insert("Account", "doomed", { email: "doom" })]), "UNIQUE_VIOLATION");
        await failure(session.write([insert("Item", "after-doom")]));
        await failure(session.get("Item", ["after-doom"]));
        await failure(session.transaction((inner) => save(inner, "Item", "inner")));
      });
      await failure(call, "UNIQUE_VIOLATION");
      assert.equal(await store.count("Item"), 0);
    }),
    behaviour("dooms only the savepoint in which the violation was", async ({ store }) => {
      await save(store, "Account", "held", { email: "inner" });
      await store.transaction(async (session) => {
        await save(session, "Item", "outer");
        const inner = session.transaction(async (savepoint) => {
          await save(savepoint, "Item", "inner");
          await failure(savepoint.write([insert("Account", "other", { email: "inner" })]), "UNIQUE_VIOLATION");
        });
        await failure(inner, "UNIQUE_VIOLATION");
        assert.equal(await read(session, "Item", "inner"), undefined);
        await save(session, "Item", "after");
      });
      assert.deepEqual(await findIds(store, { type: "Item" }), ["outer", "after"]);
    }),
    behaviour("does not doom the transaction by the failure of a savepoint that it catches", async ({ store }) => {
      await store.transaction(async (session) => {
        await undone(session, (inner) => failure(inner.write([insert("Item", "")]), "INVALID_ID"));
        await save(session, "Item", "fine");
      });
      assert.equal((await readStored(store, "Item", "fine")).version, 1);
    }),
    behaviour("uses up no version by a write that was rolled back", async ({ store }) => {
      await save(store, "Item", "version");
      const call = store.transaction(async (session) => {
        await save(session, "Item", "version");
        throw undo;
      });
      assert.equal(await call.catch((error: unknown) => error), undo);
      assert.equal((await save(store, "Item", "version")).version, 2);
    }),
  ],
};
