import assert from "node:assert/strict";
import { setImmediate as eventLoopTurn } from "node:timers/promises";

import type { Store, StoreSession } from "@holdfast/core";

import { behaviour, concurrent } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { gate } from "../gate.ts";
import { insert } from "../ops.ts";
import { failure } from "../refusal.ts";
import { findIds, read, readStored, save } from "../shorthand.ts";

/** Every call of a session, each started anew. */
function sessionCalls(session: StoreSession): readonly (() => Promise<unknown>)[] {
  return [
    () => session.get("Item", ["x"]),
    () => session.find({ type: "Item" }),
    () => session.count("Item"),
    () => session.countBy("Item", "name"),
    () => session.write([insert("Item", "stray")]),
    () => session.write([]),
    () => session.transaction((inner) => save(inner, "Item", "stray")),
  ];
}

function storeCalls(store: Store): readonly (() => Promise<unknown>)[] {
  const more = [
    () => store.stats(),
    () => store.check(),
    () => store.reset(),
    () => store.now(),
    () => firstTenant(store),
  ];
  return [...sessionCalls(store), ...more];
}

async function firstTenant(store: Store): Promise<string | undefined> {
  for await (const name of store.tenants()) return name;
  return undefined;
}

export const sessions: Theme = {
  name: "sessions in their places",
  behaviours: [
    behaviour("refuses a session after its transaction was committed", async ({ store }) => {
      let leaked: StoreSession | undefined;
      await store.transaction(async (session) => {
        leaked = session;
        await save(session, "Item", "kept");
      });
      for (const call of sessionCalls(leaked ?? store)) await failure(call(), "TRANSACTION_CLOSED");
      assert.deepEqual(await findIds(store, { type: "Item" }), ["kept"]);
    }),
    behaviour("refuses a session after its transaction was rolled back", async ({ store }) => {
      let leaked: StoreSession | undefined;
      const call = store.transaction(async (session) => {
        leaked = session;
        await Promise.reject(new TypeError("back"));
      });
      await assert.rejects(call, TypeError);
      for (const each of sessionCalls(leaked ?? store)) await failure(each(), "TRANSACTION_CLOSED");
      assert.equal(await read(store, "Item", "stray"), undefined);
    }),
    behaviour("refuses the session of a savepoint after that, while its transaction goes on", async ({ store }) => {
      await store.transaction(async (session) => {
        const leaked = await session.transaction((inner) => Promise.resolve(inner));
        for (const call of sessionCalls(leaked)) await failure(call(), "TRANSACTION_CLOSED");
        await save(session, "Item", "goes-on");
      });
      assert.deepEqual(await findIds(store, { type: "Item" }), ["goes-on"]);
    }),
    behaviour("refuses a session in a timer that outlives its transaction", async ({ store }) => {
      const late = gate();
      const stray = await store.transaction((session) => {
        const call = late.opened.then(() => session.write([insert("Item", "late")]));
        return Promise.resolve({ call: failure(call, "TRANSACTION_CLOSED") });
      });
      late.open();
      await stray.call;
      assert.equal(await read(store, "Item", "late"), undefined);
    }),
    behaviour("refuses the store itself inside a transaction on it, at once", async ({ store }) => {
      await store.transaction(async (session) => {
        for (const call of storeCalls(store)) await failure(call(), "TRANSACTION_OUTER_USE");
        await save(session, "Item", "unharmed");
      });
      assert.deepEqual(await findIds(store, { type: "Item" }), ["unharmed"]);
    }),
    behaviour("refuses every view of the store inside a transaction, other tenants' too", async ({ store }) => {
      const views = [store.tenant("other"), store.within({ timeoutMs: 1_000 }), store.tenant("other").within({})];
      await store.transaction(async (session) => {
        for (const view of [...views, store.tenant(store.tenantName)]) {
          await failure(view.write([insert("Item", "escaped")]), "TRANSACTION_OUTER_USE");
          await failure(view.get("Item", ["escaped"]), "TRANSACTION_OUTER_USE");
        }
        await save(session, "Item", "unharmed");
      });
      assert.equal(await read(store.tenant("other"), "Item", "escaped"), undefined);
    }),
    behaviour("refuses the store deep inside: in helpers, callbacks and savepoints", async ({ store }) => {
      const helper = async () => {
        await Promise.resolve();
        return store.write([insert("Item", "escaped")]);
      };
      await store.transaction(async (session) => {
        await failure(helper(), "TRANSACTION_OUTER_USE");
        await failure(Promise.all([1].map(() => helper())), "TRANSACTION_OUTER_USE");
        await failure(eventLoopTurn().then(helper), "TRANSACTION_OUTER_USE");
        await session.transaction(async () => void (await failure(helper(), "TRANSACTION_OUTER_USE")));
      });
      assert.equal(await read(store, "Item", "escaped"), undefined);
    }),
    behaviour("refuses to close the store inside a transaction on it", async ({ store }) => {
      await store.transaction(async (session) => {
        await failure(store.close(), "TRANSACTION_OUTER_USE");
        await save(session, "Item", "still-open");
      });
      assert.equal((await readStored(store, "Item", "still-open")).version, 1);
    }),
    behaviour("refuses the outer session while a savepoint in it is open, from inside", async ({ store }) => {
      await store.transaction(async (session) => {
        await session.transaction(async (inner) => {
          for (const call of sessionCalls(session)) await failure(call(), "TRANSACTION_OUTER_USE");
          await inner.transaction(async (innermost) => {
            await failure(session.get("Item", ["x"]), "TRANSACTION_OUTER_USE");
            await failure(inner.get("Item", ["x"]), "TRANSACTION_OUTER_USE");
            await save(innermost, "Item", "innermost");
          });
        });
        await save(session, "Item", "outer");
      });
      assert.deepEqual(await findIds(store, { type: "Item" }), ["innermost", "outer"]);
    }),
    concurrent("takes another store inside a transaction", async ({ store, open }) => {
      await using other = await open();
      await store.transaction(async (session) => {
        await save(other, "Item", "elsewhere");
        await other.transaction((nested) => save(nested, "Item", "nested"));
        await save(session, "Item", "here");
      });
      assert.deepEqual(await findIds(other, { type: "Item" }), ["elsewhere", "nested"]);
      assert.deepEqual(await findIds(store, { type: "Item" }), ["here"]);
    }),
    concurrent(
      "refuses the store inside a transaction of another store that was begun inside its own",
      async ({ store, open }) => {
        await using other = await open();
        await store.transaction(async (session) => {
          await other.transaction(async (nested) => {
            await failure(store.get("Item", ["x"]), "TRANSACTION_OUTER_USE");
            await failure(other.get("Item", ["x"]), "TRANSACTION_OUTER_USE");
            await save(session, "Item", "mine");
            await save(nested, "Item", "theirs");
          });
        });
        assert.deepEqual(await findIds(store, { type: "Item" }), ["mine"]);
      },
    ),
    behaviour("takes the store in work that was begun inside but runs after the end", async ({ store }) => {
      const after = gate();
      const outliving = await store.transaction(async (session) => {
        await save(session, "Item", "inside");
        return { work: after.opened.then(() => save(store, "Item", "outliving")) };
      });
      after.open();
      assert.equal((await outliving.work).version, 1);
    }),
    concurrent("takes the store beside a transaction, in code that runs outside of it", async ({ store }) => {
      const [begun, end] = [gate(), gate()];
      const open = store.transaction(async (session) => {
        await session.get("Item", ["x"]);
        begun.open();
        await end.opened;
      });
      await Promise.race([begun.opened, open]);
      assert.equal(await store.count("Item"), 0);
      end.open();
      await open;
    }),
  ],
};
