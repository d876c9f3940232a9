import assert from "node:assert/strict";

import type { ChangeBatch } from "@holdfast/core";

import { behaviour, persistent } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert, put, remove } from "../ops.ts";
import { answers, failure } from "../refusal.ts";
import { brief, Replica } from "../replica.ts";
import { range, save, wrongly, writeAll } from "../shorthand.ts";

const longAgo = 1_000_000_000_000_000;

export const changes: Theme = {
  name: "changes",
  behaviours: [
    behaviour(
      "gives all that was there before, of declared and other types, and then is caught up",
      async ({ store }) => {
        await writeAll(store, [insert("Item", "a", { rank: 1 }), insert("Loose", "é\u{1f600}", { x: [null] })]);
        await save(store, "Item", "b");
        const replica = await new Replica().catchUp(store);
        await replica.equals(store, "Item", "Loose");
        assert.equal(replica.records.size, 3);
      },
    ),
    behaviour("says of an empty tenant that all is caught up", async ({ store }) => {
      const replica = await new Replica().catchUp(store);
      assert.deepEqual(
        replica.batches.map(({ changes: made, caughtUp }) => [made, caughtUp]),
        [[[], true]],
      );
    }),
    behaviour("gives behind a cursor what changed since, and nothing else", async ({ store }) => {
      await writeAll(store, [insert("Item", "a"), insert("Item", "b"), insert("Loose", "a")]);
      const replica = await new Replica().catchUp(store);
      await replica.catchUp(store);
      assert.equal(replica.changes.length, 3);
      await save(store, "Loose", "a");
      await save(store, "Item", "c");
      await replica.catchUp(store);
      assert.deepEqual(replica.changes.slice(3).map(brief), ["put a 2", "put c 1"]);
      await replica.equals(store, "Item", "Loose");
    }),
    behaviour("gives the states of a record in the order of their versions", async ({ store }) => {
      const replica = new Replica();
      for (const version of range(5)) {
        await save(store, "Item", "a", { rank: version });
        await replica.catchUp(store);
      }
      assert.deepEqual(replica.changes.map(brief), ["put a 1", "put a 2", "put a 3", "put a 4", "put a 5"]);
    }),
    behaviour("joins what changed between two reads into the latest state", async ({ store }) => {
      const replica = await new Replica().catchUp(store);
      for (const rank of range(3)) await save(store, "Item", "a", { rank });
      await writeAll(store, [put("Item", "b", { rank: 1 }), put("Item", "b", { rank: 2 })]);
      await replica.catchUp(store);
      assert.deepEqual(replica.changes.map(brief), ["put a 3", "put b 2"]);
      await replica.equals(store, "Item");
    }),
    behaviour("gives a delete as a tombstone, also of what the follower never had", async ({ store }) => {
      await writeAll(store, [insert("Item", "a"), insert("Loose", "a")]);
      const replica = await new Replica().catchUp(store);
      await save(store, "Item", "b");
      await writeAll(store, [remove("Item", "a"), remove("Loose", "a"), remove("Item", "b")]);
      await replica.catchUp(store);
      assert.deepEqual(replica.changes.slice(2).map(brief).toSorted(), ["delete a 2", "delete a 2", "delete b 2"]);
      const [tombstone] = replica.changes.flatMap((each) => (each.kind === "delete" ? [each.tombstone] : []));
      assert.ok(tombstone !== undefined && tombstone.deleted > longAgo && tombstone.tenant === store.tenantName);
      assert.equal(replica.records.size, 0);
    }),
    behaviour("gives a record that is created anew with a version above its tombstone's", async ({ store }) => {
      await save(store, "Item", "a");
      await writeAll(store, [remove("Item", "a")]);
      const replica = await new Replica().catchUp(store);
      await save(store, "Item", "a");
      await replica.catchUp(store);
      assert.deepEqual(replica.changes.map(brief), ["delete a 2", "put a 3"]);
      assert.deepEqual((await new Replica().catchUp(store)).changes.map(brief), ["put a 3"]);
    }),
    behaviour(
      "gives what was restored, however old its times, and no more of what was left alone",
      async ({ store }) => {
        const replica = await new Replica().catchUp(store);
        const { tenantName: tenant } = store;
        const times = { created: longAgo, updated: longAgo };
        const record = { type: "Item", tenant, id: "a", version: 7, documentVersion: 1, ...times, body: { rank: 1 } };
        await writeAll(store, [
          { restore: record },
          { restore: { type: "Item", tenant, id: "b", version: 3, deleted: longAgo } },
        ]);
        await replica.catchUp(store);
        assert.deepEqual(replica.changes.map(brief).toSorted(), ["delete b 3", "put a 7"]);
        await replica.equals(store, "Item");
        await writeAll(store, [{ restore: record }]);
        await replica.catchUp(store);
        assert.equal(replica.changes.length, 2);
      },
    ),
    behaviour("gives a reset as deletes", async ({ store }) => {
      await writeAll(store, [insert("Item", "a"), insert("Item", "b")]);
      const replica = await new Replica().catchUp(store);
      await store.reset();
      await replica.catchUp(store);
      assert.deepEqual(replica.changes.slice(2).map(brief).toSorted(), ["delete a 2", "delete b 2"]);
    }),
    behaviour("gives nothing of what was rolled back or refused", async ({ store }) => {
      await save(store, "Item", "a");
      const replica = await new Replica().catchUp(store);
      const undone = new Error("undone");
      const rollback = store.transaction(async (session) => {
        await save(session, "Item", "b");
        throw undone;
      });
      await assert.rejects(rollback, undone);
      await store.transaction(async (session) => {
        const inner = session.transaction(async (nested) => {
          await save(nested, "Item", "c");
          throw undone;
        });
        await inner.catch(() => undefined);
        await save(session, "Item", "d");
      });
      assert.deepEqual(answers(await store.write([put("Item", "e"), insert("Item", "a")])), ["batch", "exists"]);
      await replica.catchUp(store);
      assert.deepEqual(replica.changes.map(brief), ["put a 1", "put d 1"]);
    }),
    behaviour("gives many changes in several batches, each once, and is caught up at the last", async ({ store }) => {
      const ids = range(2_500).map((at) => `i${at}`);
      await writeAll(
        store,
        ids.map((id, at) => insert(at % 2 === 0 ? "Item" : "Loose", id)),
      );
      await writeAll(
        store,
        ids.slice(0, 100).map((id, at) => remove(at % 2 === 0 ? "Item" : "Loose", id)),
      );
      const replica = await new Replica().catchUp(store);
      assert.equal(replica.changes.length, 2_500);
      assert.ok(replica.batches.length > 1);
      assert.deepEqual(
        replica.batches.map(({ caughtUp }) => caughtUp),
        replica.batches.map((_batch, at) => at === replica.batches.length - 1),
      );
      await replica.equals(store, "Item", "Loose");
    }),
    behaviour("gives few large documents at once, and one that is larger than all that alone", async ({ open }) => {
      const mebibyte = 1_048_576;
      await using store = await open({ maxDocumentBytes: 10 * mebibyte });
      const sizes = { a: 0, b: 0.5, c: 8.1, d: 0 };
      await writeAll(
        store,
        Object.entries(sizes).map(([id, size]) => insert("Item", id, { text: "x".repeat(Math.ceil(size * mebibyte)) })),
      );
      await save(store, "Loose", "f");
      const replica = await new Replica().catchUp(store);
      assert.deepEqual(
        replica.batches
          .map(({ changes: made }) => made.map((each) => brief(each).slice(4, 5)).join(""))
          .filter(Boolean),
        ["ab", "c", "df"],
      );
      await replica.equals(store, "Item", "Loose");
    }),
    behaviour("misses nothing that is written between two batches", async ({ store }) => {
      await writeAll(
        store,
        range(2_200).map((at) => insert("Item", `i${at}`)),
      );
      const replica = new Replica();
      let at = 0;
      for await (const batch of store.changes()) {
        replica.apply(batch);
        if (batch.caughtUp) continue;
        await writeAll(store, [put("Item", `i${at}`), put("Item", `i${2_199 - at}`), remove("Item", `i${at + 1_000}`)]);
        await save(store, "Item", `new${at++}`);
      }
      assert.equal(replica.batches.at(-1)?.caughtUp, true);
      await replica.equals(store, "Item");
    }),
    behaviour("lets a follower go on from the middle of what it had begun", async ({ store }) => {
      await writeAll(
        store,
        range(1_500).map((at) => insert("Item", `i${at}`)),
      );
      const replica = new Replica();
      for await (const batch of store.changes()) {
        replica.apply(batch);
        break;
      }
      await writeAll(store, [put("Item", "i0"), remove("Item", "i1499"), insert("Item", "new")]);
      await replica.catchUp(store);
      await replica.equals(store, "Item");
    }),
    behaviour("lets several followers each stand where they are", async ({ store }) => {
      const [one, two] = [new Replica(), new Replica()];
      await save(store, "Item", "a");
      await one.catchUp(store);
      await save(store, "Item", "b");
      await Promise.all([one.catchUp(store), two.catchUp(store)]);
      for (const each of [one, two]) await each.equals(store, "Item");
      assert.deepEqual([one.batches.length, two.batches.length], [2, 1]);
    }),
    behaviour("follows the view's tenant alone; the store itself is the default one", async ({ open }) => {
      await using store = await open();
      const [red, blue] = [store.tenant("red"), store.tenant("blue")];
      for (const view of [store, red, blue]) await save(view, "Item", view.tenantName);
      for (const view of [store, red, blue]) {
        const replica = await new Replica().catchUp(view);
        assert.deepEqual(replica.changes.map(brief), [`put ${view.tenantName} 1`]);
      }
      const same = await new Replica().catchUp(store.tenant("default"));
      await save(store, "Item", "more");
      assert.deepEqual((await same.catchUp(store)).changes.map(brief), ["put default 1", "put more 1"]);
    }),
    behaviour("refuses a cursor of another tenant, an altered one, and what is none", async ({ store }) => {
      await save(store, "Item", "a");
      const { cursor = "" } = await new Replica().catchUp(store);
      const altered = `${cursor.slice(0, -3)}${cursor.endsWith("AAA") ? "BBB" : "AAA"}`;
      const other = store.tenant(`${store.tenantName}-other`);
      await failure(taken(other.changes(cursor)), "INVALID_CURSOR");
      for (const wrong of ["", "x", altered, cursor.slice(1), wrongly<string>(7)]) {
        await failure(taken(store.changes(wrong)), "INVALID_CURSOR");
      }
    }),
    behaviour("refuses the cursor of another store", async ({ store, open }) => {
      await using other = await open();
      await save(other, "Item", "a");
      const { cursor } = await new Replica().catchUp(other.tenant(store.tenantName));
      await failure(taken(store.changes(cursor)), "INVALID_CURSOR");
    }),
    behaviour("is refused inside a transaction on the store", async ({ store }) => {
      await store.transaction(async () => {
        await failure(taken(store.changes()), "TRANSACTION_OUTER_USE");
      });
    }),
    persistent("gives records once, whatever model the store is opened with later", async ({ open, reopen }) => {
      const store = await open({ model: { layout: { types: [] } } });
      await writeAll(store, [insert("Item", "a", { rank: 1 }), insert("Parent", "p"), insert("Loose", "a")]);
      const replica = await new Replica().catchUp(store);
      await store.close();
      await using again = await reopen(store);
      await replica.catchUp(again);
      assert.equal(replica.changes.length, 3);
      await save(again, "Item", "a", { rank: 2 });
      await (await replica.catchUp(again)).equals(again, "Item", "Parent", "Loose");
      assert.equal(replica.changes.length, 4);
    }),
    persistent("goes on from a cursor after a restart", async ({ open, reopen }) => {
      const store = await open();
      await writeAll(store, [insert("Item", "a"), insert("Loose", "b")]);
      const replica = await new Replica().catchUp(store);
      await writeAll(store, [remove("Item", "a"), put("Loose", "b")]);
      await store.close();
      await using again = await reopen(store);
      await save(again, "Item", "c");
      await replica.catchUp(again);
      assert.deepEqual(replica.changes.slice(2).map(brief).toSorted(), ["delete a 2", "put b 2", "put c 1"]);
      await replica.equals(again, "Item", "Loose");
    }),
  ],
};

async function taken(batches: AsyncIterable<ChangeBatch>): Promise<void> {
  for await (const batch of batches) void batch;
}
