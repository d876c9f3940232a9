import assert from "node:assert/strict";

import { behaviour, concurrent } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { gate } from "../gate.ts";
import { insert, put, remove } from "../ops.ts";
import { answers, failure } from "../refusal.ts";
import { fieldOf, findIds, range, read, readStored, save, wrongly, writeAll } from "../shorthand.ts";

export const transactions: Theme = {
  name: "transactions",
  behaviours: [
    behaviour("commits what work wrote, and gives back what it answered", async ({ store }) => {
      const answer = await store.transaction(async (session) => {
        await save(session, "Item", "a", { rank: 1 });
        await save(session, "Memo", "b");
        return { done: true };
      });
      assert.deepEqual(answer, { done: true });
      assert.equal(await fieldOf(store, "Item", "a", "rank"), 1);
      assert.equal((await readStored(store, "Memo", "b")).version, 1);
    }),
    behaviour("rolls all of it back when work throws, and throws the very same", async ({ store }) => {
      await save(store, "Item", "old", { rank: 1 });
      const thrown = new TypeError("mine");
      const call = store.transaction(async (session) => {
        await writeAll(session, [insert("Item", "new"), put("Item", "old", { rank: 2 })]);
        await writeAll(session, [remove("Item", "old")]);
        throw thrown;
      });
      assert.equal(await call.catch((error: unknown) => error), thrown);
      assert.equal(await read(store, "Item", "new"), undefined);
      const { version, body } = await readStored(store, "Item", "old");
      assert.deepEqual([version, body], [1, { rank: 1 }]);
    }),
    behaviour("rolls back when work throws at once, without a promise, or throws undefined", async ({ store }) => {
      const throwing = (): never => {
        throw new TypeError("at once");
      };
      await assert.rejects(store.transaction(throwing), TypeError);
      const settled = await store
        .transaction(async (session) => {
          await save(session, "Item", "undefined");
          throw wrongly<Error>(undefined);
        })
        .then(
          () => "committed",
          (thrown: unknown) => thrown,
        );
      assert.equal(settled, undefined);
      assert.equal(await read(store, "Item", "undefined"), undefined);
    }),
    behaviour("reads its own writes by get, find and count, before anybody else", async ({ store }) => {
      await save(store, "Item", "own", { name: "before" });
      await store.transaction(async (session) => {
        await writeAll(session, [put("Item", "own", { name: "after" }), insert("Item", "fresh", { name: "after" })]);
        assert.equal((await readStored(session, "Item", "own")).version, 2);
        assert.deepEqual(await findIds(session, { type: "Item", where: { name: "after" } }), ["own", "fresh"]);
        assert.equal(await session.count("Item", { name: "before" }), 0);
        await writeAll(session, [remove("Item", "own", 2)]);
        assert.equal(await read(session, "Item", "own"), undefined);
        assert.equal((await save(session, "Item", "own")).version, 4);
      });
      assert.equal((await readStored(store, "Item", "own")).version, 4);
    }),
    concurrent("shows nothing of itself outside before it ends", async ({ store }) => {
      await save(store, "Item", "seen", { name: "before" });
      const outside = store.tenant(store.tenantName);
      const look = async () => [
        await fieldOf(outside, "Item", "seen", "name"),
        await outside.count("Item", { name: "after" }),
        await findIds(outside, { type: "Item", where: { id: "fresh" } }),
      ];
      const [written, looked] = [gate(), gate()];
      const commit = store.transaction(async (session) => {
        await writeAll(session, [put("Item", "seen", { name: "after" }), insert("Item", "fresh", { name: "after" })]);
        written.open();
        await looked.opened;
      });
      await Promise.race([written.opened, commit]);
      const during = await look().finally(looked.open);
      await commit;
      assert.deepEqual(during, ["before", 0, []]);
      assert.deepEqual(await look(), ["after", 2, ["fresh"]]);
    }),
    behaviour("takes refused ops for results, and goes on", async ({ store }) => {
      await save(store, "Item", "there");
      const results = await store.transaction(async (session) => {
        const refused = await session.write([insert("Item", "a"), insert("Item", "there")]);
        return [...refused, ...(await session.write([insert("Item", "b")]))];
      });
      assert.deepEqual(answers(results), ["batch", "exists", "ok"]);
      assert.deepEqual(await findIds(store, { type: "Item" }), ["there", "b"]);
    }),
    behaviour("goes on after input that was refused, and commits the rest", async ({ store }) => {
      await store.transaction(async (session) => {
        await save(session, "Item", "before");
        await failure(session.write([insert("Item", "")]), "INVALID_ID");
        await failure(session.write([insert("Item", "x", { rank: "high" })]), "INVALID_ENTITY");
        await failure(session.write([insert("Item", "x", wrongly({ at: 1n }))]), "UNSERIALIZABLE_VALUE");
        await failure(session.write([insert("Item", "x", { name: "n".repeat(600) })]), "INDEX_VALUE_TOO_LARGE");
        const long = [...range(600).map((at) => insert("Item", `l${at}`)), insert("Item", "")];
        await failure(session.write(long), "INVALID_ID");
        await save(session, "Item", "after");
      });
      assert.deepEqual(await findIds(store, { type: "Item" }), ["before", "after"]);
    }),
    behaviour("does the calls of one session in the order in which they were made", async ({ store }) => {
      const seen = await store.transaction(async (session) => {
        const calls = [
          session.write([insert("Item", "ordered", { rank: 1 })]),
          session.get("Item", ["ordered"]),
          session.write([put("Item", "ordered", { rank: 2 })]),
          session.count("Item", { rank: 2 }),
          session.write([remove("Item", "ordered")]),
          session.get("Item", ["ordered"]),
        ] as const;
        const [, first, , second, , last] = await Promise.all(calls);
        return [first[0]?.body["rank"], second, last[0]];
      });
      assert.deepEqual(seen, [1, 1, undefined]);
    }),
    behaviour("waits for calls that work did not await, and commits them", async ({ store }) => {
      let answered = false;
      await store.transaction(async (session) => {
        void session.write([insert("Item", "floating-1"), insert("Item", "floating-2")]);
        void session.write([put("Item", "floating-1", { name: "twice" }, 1)]).then(() => {
          answered = true;
        });
        return Promise.resolve();
      });
      assert.ok(answered, "the call was answered before the transaction was");
      assert.equal((await readStored(store, "Item", "floating-1")).version, 2);
      assert.equal((await readStored(store, "Item", "floating-2")).version, 1);
    }),
    behaviour("fails where a call fails that work did not await", async ({ store }) => {
      await save(store, "Account", "holder", { email: "taken" });
      const call = store.transaction(async (session) => {
        await save(session, "Item", "lost");
        void session.write([insert("Account", "second", { email: "taken" })]).catch(() => undefined);
      });
      await failure(call, "UNIQUE_VIOLATION");
      assert.equal(await read(store, "Item", "lost"), undefined);
    }),
    behaviour("runs many transactions at once, each whole", async ({ store }) => {
      const runs = range(20).map((at) =>
        store.transaction(
          async (session) => {
            for (const part of range(3)) await save(session, "Memo", `${at}-${part}`);
            return at;
          },
          { tries: 100 },
        ),
      );
      assert.deepEqual(await Promise.all(runs), range(20));
      assert.equal(await store.count("Memo"), 60);
    }),
    behaviour("writes 5,000 records in one transaction, batch by batch", async ({ store }) => {
      await store.transaction(async (session) => {
        for (const part of range(5)) {
          await writeAll(
            session,
            range(1_000).map((at) => insert("Item", `l-${part}-${at}`, { rank: part })),
          );
        }
        assert.equal(await session.count("Item"), 5_000);
      });
      assert.equal(await store.count("Item", { rank: 4 }), 1_000);
    }),
  ],
};
