import assert from "node:assert/strict";

import { HoldfastError } from "@holdfast/core";
import type { ChangeBatch, Store } from "@holdfast/core";

import { behaviour, persistent } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { gate } from "../gate.ts";
import { insert } from "../ops.ts";
import { failure } from "../refusal.ts";
import { findIds, range, readStored, save } from "../shorthand.ts";

async function drain(items: AsyncIterable<string | ChangeBatch>): Promise<void> {
  for await (const item of items) void item;
}

/** Every call that a store has, but for `close`. */
function callsOf(store: Store): readonly (() => Promise<unknown>)[] {
  return [
    () => store.get("Item", ["x"]),
    () => store.find({ type: "Item" }),
    () => store.count("Item"),
    () => store.countBy("Item", "name"),
    () => store.write([insert("Item", "x")]),
    () => store.write([]),
    () => store.transaction(() => Promise.resolve()),
    () => store.transaction(() => Promise.resolve(), { readOnly: true }),
    () => store.now(),
    () => store.stats(),
    () => store.check(),
    () => store.reset(),
    () => store.backup(new WritableStream()),
    () => drain(store.tenants()),
    () => drain(store.changes()),
  ];
}

export const lifetime: Theme = {
  name: "closing",
  behaviours: [
    behaviour("refuses every call after it was closed, through every view", async ({ open }) => {
      const store = await open();
      const views = [store, store.tenant("other"), store.within({ timeoutMs: 1_000 })];
      await store.close();
      for (const view of [...views, store.tenant("later")]) {
        for (const [at, call] of callsOf(view).entries()) {
          assert.equal((await failure(call(), "STORE_CLOSED")).outcome, "none", `call ${at}`);
        }
      }
    }),
    behaviour("may be closed twice, at once and through any view", async ({ open }) => {
      const store = await open();
      await Promise.all([store.close(), store.close(), store.tenant("other").close()]);
      await store.close();
      await store[Symbol.asyncDispose]();
    }),
    behaviour("is closed by await using", async ({ open }) => {
      let leaked: Store;
      {
        await using store = await open();
        leaked = store;
        await save(store, "Item", "x");
      }
      await failure(leaked.get("Item", ["x"]), "STORE_CLOSED");
    }),
    behaviour("finishes what was accepted before it closes", async ({ open }) => {
      const store = await open();
      await save(store, "Item", "x");
      const writes = range(200).map((at) => save(store, "Item", `w${at}`));
      const reads = range(20).map(() => readStored(store, "Item", "x"));
      const moves = range(3).map((at) =>
        store.transaction((session) => save(session, "Item", `t${at}`), { tries: 100 }),
      );
      await store.close();
      const done = await Promise.all([...writes, ...reads, ...moves]);
      assert.equal(done.length, 223);
    }),
    behaviour("lets an open transaction go to its end, and takes no other call meanwhile", async ({ open }) => {
      const store = await open();
      const [begun, end] = [gate(), gate()];
      const transaction = store.transaction(async (session) => {
        await save(session, "Item", "before");
        begun.open();
        await end.opened;
        await session.transaction((inner) => save(inner, "Item", "nested"));
        return session.count("Item");
      });
      await Promise.race([begun.opened, transaction]);
      const closing = store.close();
      await failure(store.get("Item", ["x"]), "STORE_CLOSED").finally(end.open);
      assert.equal(await transaction, 2);
      await closing;
    }),
    behaviour("settles every call that races with closing: done, or refused as closed", async ({ open }) => {
      const store = await open();
      const calls: Promise<unknown>[] = [];
      const closing = Promise.resolve().then(() => store.close());
      for (let round = 0; round < 50; round++) {
        calls.push(store.write([insert("Item", `r${round}`)]).catch((thrown: unknown) => thrown));
        await Promise.resolve();
      }
      const settled = await Promise.all(calls);
      await closing;
      const refused = settled.filter((each) => HoldfastError.is(each, "STORE_CLOSED"));
      const done = settled.filter((each) => Array.isArray(each));
      assert.equal(refused.length + done.length, 50);
      assert.ok(refused.length > 0, "some came too late");
    }),
    persistent("has stored what it acknowledged when it closed", async ({ open, reopen }) => {
      const store = await open();
      const writes = range(100).map((at) => save(store, "Item", `a${at}`));
      const closing = store.close();
      const acknowledged = (await Promise.all(writes)).map(({ id }) => id);
      await closing;
      await using again = await reopen(store);
      assert.deepEqual(new Set(await findIds(again, { type: "Item", limit: 200 })), new Set(acknowledged));
    }),
  ],
};
