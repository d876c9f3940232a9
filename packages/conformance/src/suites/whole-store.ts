import assert from "node:assert/strict";

import type { OpenOptions } from "@holdfast/core";

import { suiteLayout } from "../suite-layout.ts";
import { behaviour } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert, put, remove } from "../ops.ts";
import { answers, failure } from "../refusal.ts";
import { findIds, problemsOf, range, read, save, wrongly, writeAll } from "../shorthand.ts";

export const wholeStore: Theme = {
  name: "the store as a whole",
  behaviours: [
    behaviour("says what it is and what it guarantees", async ({ store }) => {
      assert.match(store.backend, /^[a-z][a-z0-9-]*$/);
      const { isolation, writers, durability, staleReads, hints } = store.guarantees;
      assert.equal(isolation, "serializable");
      assert.ok(["process", "host", "hosts"].includes(writers), `writers: ${writers}`);
      assert.ok(["none", "process-crash", "power-loss"].includes(durability), `durability: ${durability}`);
      assert.ok(["store", "notify", "watch", "poll"].includes(hints), `hints: ${hints}`);
      assert.equal(staleReads, false, "a store that writes reads what it wrote");
    }),
    behaviour("knows the layout that it was opened with", async ({ store }) => {
      const declared = store.layout.types.map(({ type, fields }) => [type, fields]);
      assert.deepEqual(
        declared,
        suiteLayout.types.map(({ type, fields }) => [type, fields]),
      );
    }),
    behaviour("refuses to open with options that make no sense", async ({ open }) => {
      for (const value of [-1, NaN, "many", null]) {
        for (const option of [
          "queueLimit",
          "maxDocumentBytes",
          "busyTimeoutMs",
          "lockTimeoutMs",
          "pollMs",
          "keepTombstonesMs",
        ]) {
          await failure(open(wrongly<OpenOptions>({ [option]: value })), "INVALID_CONFIG");
        }
      }
    }),
    behaviour(
      "refuses to open with a word that an option does not have, or with no model for one",
      async ({ open }) => {
        const slips = [
          { access: "readonly" },
          { durability: "none" },
          { layout: "migrate" },
          { onMoved: "follow" },
          { model: {} },
          { model: "Item" },
        ];
        for (const options of slips) await failure(open(wrongly<OpenOptions>(options)), "INVALID_CONFIG");
      },
    ),
    behaviour("is not opened where the signal was given before", async ({ open }) => {
      const reason = new Error("not needed any more");
      const error = await failure(open({ signal: AbortSignal.abort(reason) }), "ABORTED");
      assert.deepEqual([error.outcome, error.cause], ["none", reason]);
    }),
    behaviour("works without a model: every type is then an undeclared one", async ({ open }) => {
      await using store = await open({ model: { layout: { types: [] } } });
      await writeAll(store, [insert("Item", "a", { rank: "free" }), insert("Item", "b", { rank: 1 })]);
      assert.deepEqual(await findIds(store, { type: "Item", where: { id: { gte: "b" } } }), ["b"]);
      assert.deepEqual((await read(store, "Item", "a"))?.body, { rank: "free" });
    }),
    behaviour("counts records and tombstones, in all and by tenant and type, ordered by both", async ({ open }) => {
      await using store = await open();
      assert.deepEqual(await store.stats(), { records: 0, tombstones: 0, types: [], holds: [] });
      await writeAll(store, [insert("Item", "a"), insert("Item", "b"), insert("Zeta", "z")]);
      await writeAll(store, [remove("Item", "a"), put("Item", "b")]);
      await writeAll(store.tenant("b"), [insert("Alpha", "x"), insert("Alpha", "y")]);
      await writeAll(store.tenant("B"), [insert("Item", "x")]);
      const type = (tenant: string, name: string, records: number, tombstones = 0) => ({
        tenant,
        type: name,
        records,
        tombstones,
      });
      const types = [
        type("B", "Item", 1),
        type("b", "Alpha", 2),
        type("default", "Item", 1, 1),
        type("default", "Zeta", 1),
      ];
      assert.deepEqual(await store.stats(), { records: 5, tombstones: 1, types, holds: [] });
    }),
    behaviour("counts a tombstone once, and no more when the record is created again", async ({ open }) => {
      await using store = await open();
      await save(store, "Item", "a");
      await writeAll(store, [remove("Item", "a")]);
      await writeAll(store, [remove("Item", "a"), remove("Item", "never")]);
      assert.equal((await store.stats()).tombstones, 1);
      await save(store, "Item", "a");
      const { records, tombstones } = await store.stats();
      assert.deepEqual([records, tombstones], [1, 0]);
    }),
    behaviour("finds nothing wrong with itself after all kinds of writes", async ({ open }) => {
      await using store = await open();
      await writeAll(store, [insert("Parent", "p"), insert("Child", "c", { parentId: "p", looseId: "p" })]);
      await writeAll(
        store,
        range(50).map((at) => insert("Item", `i${at}`, { name: "\0\ud83d", rank: at })),
      );
      await writeAll(store, [remove("Item", "i1"), put("Item", "i2"), insert("Undeclared", "u")]);
      assert.deepEqual(await problemsOf(store), []);
    }),
    behaviour("tells of records that refer to nothing by a reference that is not enforced", async ({ open }) => {
      await using store = await open();
      await writeAll(store.tenant("b"), [insert("Child", "lost", { looseId: "nobody" }), insert("Child", "free")]);
      assert.equal((await store.check()).ok, false);
      const told = (await problemsOf(store)).map(({ kind, tenant, type, id }) => ({ kind, tenant, type, id }));
      assert.deepEqual(told, [{ kind: "orphan", tenant: "b", type: "Child", id: "lost" }]);
    }),
    behaviour("deletes every record of the view's tenant on reset, and no other tenant's", async ({ store }) => {
      const other = store.tenant(`${store.tenantName}-other`);
      for (const view of [store, other]) {
        await writeAll(view, [insert("Item", "a"), insert("Undeclared", "u"), insert("Account", "x", { email: "x" })]);
        await writeAll(view, [insert("Parent", "p"), insert("Child", "c", { parentId: "p" })]);
      }
      await store.reset();
      const types = ["Item", "Undeclared", "Account", "Parent", "Child"];
      assert.deepEqual(await Promise.all(types.map((type) => store.count(type))), [0, 0, 0, 0, 0]);
      assert.deepEqual(await Promise.all(types.map((type) => other.count(type))), [1, 1, 1, 1, 1]);
    }),
    behaviour("is as good as new after a reset, but goes on with the versions", async ({ store }) => {
      const stale = await save(store, "Account", "a", { email: "a" });
      await store.reset();
      await store.reset();
      const fresh = await save(store, "Account", "b", { email: "a" });
      assert.equal(fresh.version, 1);
      assert.ok((await save(store, "Account", "a")).version > stale.version + 1);
      assert.deepEqual(answers(await store.write([put("Account", "a", {}, stale.version)])), ["version"]);
    }),
    behaviour("resets 12,000 records", async ({ store }) => {
      await writeAll(
        store,
        range(12_000).map((at) => insert("Bulk", `b${at}`)),
      );
      await store.reset();
      assert.equal(await store.count("Bulk"), 0);
    }),
  ],
};
