import assert from "node:assert/strict";

import { behaviour, exclusive, sharable } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { gate } from "../gate.ts";
import { insert, put } from "../ops.ts";
import { answers, failure } from "../refusal.ts";
import { fieldOf, findIds, range, readStored, save, show, writeAll } from "../shorthand.ts";

export const sharing: Theme = {
  name: "several stores on one place",
  behaviours: [
    sharable("says that not one process alone may write", async ({ store }) => {
      assert.notEqual(store.guarantees.writers, "process");
    }),
    behaviour("keeps the data of two fresh stores apart", async ({ store, open }) => {
      await using other = await open();
      await save(store, "Item", "mine");
      assert.deepEqual(await findIds(other.tenant(store.tenantName), { type: "Item" }), []);
    }),
    sharable("shows at once what another store wrote", async ({ open, reopen }) => {
      await using one = await open();
      await using two = await reopen(one);
      for (const round of range(10)) {
        await save(round % 2 === 0 ? one : two, "Item", `i${round}`, { rank: round });
        assert.equal(await (round % 2 === 0 ? two : one).count("Item", { rank: { lte: round } }), round + 1);
      }
      const closed = (await two.find({ type: "Item" })).records;
      await two.close();
      assert.deepEqual((await one.find({ type: "Item" })).records, closed);
    }),
    sharable("lets one of two stores through that expect the same version", async ({ open, reopen }) => {
      await using one = await open();
      await using two = await reopen(one);
      for (const round of range(20)) {
        await save(one, "Item", "contended", { by: "nobody" });
        const { version } = await readStored(two, "Item", "contended");
        const results = await Promise.all(
          [one, two].map((store, by) => store.write([put("Item", "contended", { by }, version)])),
        );
        const outcome = results.flatMap(answers).sort();
        assert.deepEqual(outcome, ["ok", "version"], `round ${round}`);
      }
    }),
    sharable("loses no update of two stores that count up one record", async ({ open, reopen }) => {
      await using one = await open();
      await using two = await reopen(one);
      await save(one, "Item", "counter", { rank: 0 });
      const stores = [one, two, one, two];
      await Promise.all(
        stores.map(async (store) => {
          for (let round = 0; round < 10; round++) {
            await store.transaction(
              async (session) => {
                const rank = Number(await fieldOf(session, "Item", "counter", "rank"));
                await save(session, "Item", "counter", { rank: rank + 1 });
              },
              { tries: 1_000, timeoutMs: 60_000 },
            );
          }
        }),
      );
      assert.equal(await fieldOf(two, "Item", "counter", "rank"), 40);
    }),
    sharable("shows another store nothing of an open transaction", async ({ open, reopen }) => {
      await using one = await open();
      await using two = await reopen(one);
      await save(one, "Item", "seen", { by: "before" });
      const [written, looked] = [gate(), gate()];
      const commit = one.transaction(async (session) => {
        await writeAll(session, [put("Item", "seen", { by: "after" }), insert("Item", "new")]);
        written.open();
        await looked.opened;
      });
      await Promise.race([written.opened, commit]);
      const seen = await Promise.all([fieldOf(two, "Item", "seen", "by"), two.count("Item")]).finally(looked.open);
      await commit;
      assert.deepEqual(seen, ["before", 1]);
      assert.deepEqual([await fieldOf(two, "Item", "seen", "by"), await two.count("Item")], ["after", 2]);
    }),
    sharable("refuses another store of the same place inside a transaction", async ({ open, reopen }) => {
      await using one = await open();
      await using two = await reopen(one);
      await one.transaction(async (session) => {
        await failure(two.write([insert("Item", "escaped")]), "TRANSACTION_OUTER_USE");
        await save(session, "Item", "inside");
      });
      assert.deepEqual(await findIds(two, { type: "Item" }), ["inside"]);
    }),
    sharable("opens on one fresh place several times at once, with one model in the end", async ({ open, reopen }) => {
      await using first = await open({ model: { layout: { types: [] } } });
      const stores = await Promise.all(range(4).map(() => reopen(first)));
      try {
        await Promise.all(stores.map((store, at) => save(store, "Item", `i${at}`, { rank: at })));
        const counts = await Promise.all(stores.map((store) => store.count("Item", { rank: { exists: true } })));
        assert.deepEqual(counts, [4, 4, 4, 4], show(counts));
      } finally {
        await Promise.all(stores.map((store) => store.close()));
      }
    }),
    sharable(
      "gives up waiting for another store's writer after busyTimeoutMs, with nothing applied",
      async ({ open, reopen }) => {
        await using one = await open();
        await using two = await reopen(one, { busyTimeoutMs: 100 });
        const [held, end] = [gate(), gate()];
        const holder = one.transaction(
          async (session) => {
            await save(session, "Item", "held", { by: "holder" });
            held.open();
            await end.opened;
          },
          { timeoutMs: 5_000 },
        );
        await Promise.race([held.opened, holder]);
        const error = await failure(
          two.write([put("Item", "held", { by: "waiter" })]),
          "STORE_BUSY",
          "TIMEOUT",
        ).finally(() => end.open());
        await holder;
        assert.equal(error.outcome, "none");
        assert.deepEqual((await readStored(two, "Item", "held")).body, { by: "holder" });
      },
    ),
    exclusive(
      "refuses a second store while the first is open, and lets it in once that is closed",
      async ({ open, reopen }) => {
        const one = await open();
        await save(one, "Item", "a");
        const error = await failure(reopen(one), "STORE_LOCKED");
        assert.equal(error.retryable, true);
        assert.equal((await save(one, "Item", "a")).version, 2);
        await one.close();
        await using two = await reopen(one);
        assert.equal((await readStored(two, "Item", "a")).version, 2);
      },
    ),
    exclusive("waits for the first store to let go as long as lockTimeoutMs says", async ({ open, reopen }) => {
      const one = await open();
      await save(one, "Item", "a");
      const waiting = reopen(one, { lockTimeoutMs: 10_000 });
      await one.close();
      await using two = await waiting;
      assert.equal(await two.count("Item"), 1);
    }),
    sharable("leaves a store open when another of the same place is closed", async ({ open, reopen }) => {
      await using one = await open();
      const two = await reopen(one);
      await save(two, "Item", "a");
      await two.close();
      assert.equal((await save(one, "Item", "a")).version, 2);
    }),
  ],
};
