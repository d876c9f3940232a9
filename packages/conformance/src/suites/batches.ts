import assert from "node:assert/strict";

import { anywhere } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { check, insert, put, remove } from "../ops.ts";
import { answers, failure } from "../refusal.ts";
import { findIds, range, read, readStored, save, wrongly, writeAll } from "../shorthand.ts";

const many = 10_000;

export const batches: Theme = {
  name: "batches",
  behaviours: [
    anywhere("writes puts and deletes of several types and checks together", async ({ store }) => {
      await writeAll(store, [insert("Item", "old"), insert("Note", "guard")]);
      await writeAll(store, [
        check("Note", "guard", 1),
        insert("Item", "new"),
        remove("Item", "old"),
        insert("Memo", "m"),
      ]);
      const found = await Promise.all([
        read(store, "Item", "new"),
        read(store, "Memo", "m"),
        read(store, "Item", "old"),
      ]);
      assert.deepEqual(
        found.map((record) => record?.version),
        [1, 1, undefined],
      );
    }),
    anywhere("does none of a batch of which one op is refused, and says which", async ({ store }) => {
      await save(store, "Item", "there");
      const ops = [insert("Item", "a"), insert("Item", "there"), remove("Item", "there"), insert("Memo", "b")];
      assert.deepEqual(answers(await store.write(ops)), ["batch", "exists", "batch", "batch"]);
      assert.equal(await read(store, "Item", "a"), undefined);
      assert.equal(await read(store, "Memo", "b"), undefined);
      assert.equal((await readStored(store, "Item", "there")).version, 1);
    }),
    anywhere("says of each refused op why", async ({ store }) => {
      await save(store, "Item", "one");
      const ops = [
        insert("Item", "one"),
        put("Item", "none", {}, "present"),
        put("Item", "one", {}, 5),
        insert("Item", "x"),
      ];
      assert.deepEqual(answers(await store.write(ops)), ["exists", "missing", "version", "batch"]);
    }),
    anywhere("undoes a batch whose check fails", async ({ store }) => {
      await save(store, "Lease", "lease");
      const ops = [insert("Item", "guarded"), check("Lease", "lease", 2)];
      assert.deepEqual(answers(await store.write(ops)), ["batch", "version"]);
      assert.equal(await read(store, "Item", "guarded"), undefined);
    }),
    anywhere("changes nothing by a check, its version least of all", async ({ store }) => {
      const stored = await save(store, "Lease", "unchanged");
      await writeAll(store, [check("Lease", "unchanged", 1), check("Lease", "none", "absent")]);
      assert.deepEqual(await readStored(store, "Lease", "unchanged"), stored);
      assert.equal(await read(store, "Lease", "none"), undefined);
    }),
    anywhere("does ops on one record in turn, each on what the one before left", async ({ store }) => {
      const results = await store.write([
        insert("Item", "turns", { step: 1 }),
        put("Item", "turns", { step: 2 }, 1),
        remove("Item", "turns", 2),
        check("Item", "turns", "absent"),
        insert("Item", "turns", { step: 3 }),
      ]);
      assert.deepEqual(answers(results), ["ok", "ok", "ok", "ok", "ok"]);
      const versions = results.map((result) => result.record?.version);
      assert.deepEqual(versions, [1, 2, undefined, undefined, 4]);
      const stored = await readStored(store, "Item", "turns");
      assert.deepEqual([stored.version, stored.body], [4, { step: 3 }]);
    }),
    anywhere("refuses to create one record twice in a batch", async ({ store }) => {
      assert.deepEqual(answers(await store.write([insert("Item", "twice"), insert("Item", "twice")])), [
        "batch",
        "exists",
      ]);
      assert.equal(await read(store, "Item", "twice"), undefined);
    }),
    anywhere("uses up no version by a batch that was undone", async ({ store }) => {
      await store.write([insert("Item", "unused"), check("Item", "none", "present")]);
      assert.equal((await save(store, "Item", "unused")).version, 1);
    }),
    anywhere("takes one stamp for each record, in the order of the ops", async ({ store }) => {
      const ids = ["z", "m", "a", "k"];
      const results = await store.write(ids.map((id) => insert("Stamped", id)));
      const stamps = results.map((result) => result.record?.created ?? 0);
      assert.deepEqual(
        stamps,
        [...new Set(stamps)].sort((a, b) => a - b),
      );
      assert.deepEqual(await findIds(store, { type: "Stamped" }), ids);
    }),
    anywhere("stores nothing of a batch with one op that cannot be written", async ({ store }) => {
      const good = insert("Item", "good");
      await failure(store.write([good, insert("Item", "")]), "INVALID_ID");
      await failure(store.write([good, insert("Item", "bad", { rank: "high" })]), "INVALID_ENTITY");
      await failure(store.write([good, insert("Item", "bad", wrongly({ at: new Date(0) }))]), "UNSERIALIZABLE_VALUE");
      assert.equal(await read(store, "Item", "good"), undefined);
    }),
    anywhere("writes 10,000 records in one batch, and answers each in its place", async ({ store }) => {
      const types = ["Item", "Bulk"] as const;
      const idOf = (at: number) => `bulk-${String(at).padStart(5, "0")}`;
      const results = await store.write(
        range(many).map((at) => insert(types[at % 2] ?? "Item", idOf(at), { rank: at })),
      );
      assert.equal(results.length, many);
      const misplaced = results.findIndex((result, at) => !result.ok || result.record?.id !== idOf(at));
      assert.equal(misplaced, -1, `result ${misplaced} is not of its op`);
      assert.deepEqual([await store.count("Item"), await store.count("Bulk")], [many / 2, many / 2]);
      assert.deepEqual((await readStored(store, "Item", idOf(9_998))).body, { rank: 9_998 });
    }),
    anywhere("updates and deletes 10,000 records in one batch", async ({ store }) => {
      const ids = range(many).map((at) => `churn-${at}`);
      await writeAll(
        store,
        ids.map((id) => insert("Churn", id)),
      );
      await writeAll(
        store,
        ids.map((id, at) => (at % 2 === 0 ? put("Churn", id, { at }, 1) : remove("Churn", id, 1))),
      );
      assert.equal(await store.count("Churn"), many / 2);
      assert.equal(await store.count("Churn", { version: 2 }), many / 2);
    }),
    anywhere("does none of 10,000 ops of which the last is refused", async ({ store }) => {
      const ops = [...range(many - 1).map((at) => insert("Failing", `f-${at}`)), check("Failing", "none", "present")];
      const results = await store.write(ops);
      assert.deepEqual(answers(results.slice(-2)), ["batch", "missing"]);
      assert.equal(await store.count("Failing"), 0);
    }),
  ],
};
