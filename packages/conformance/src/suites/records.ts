import assert from "node:assert/strict";

import { anywhere } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert, put, remove } from "../ops.ts";
import { failure } from "../refusal.ts";
import { findIds, range, read, readStored, save, writeAll } from "../shorthand.ts";

export const records: Theme = {
  name: "records and versions",
  behaviours: [
    anywhere("gives back what was written, with its tenant, version 1 and both times", async ({ store }) => {
      await writeAll(store, [
        { put: { type: "Note", id: "a", documentVersion: 3, body: { text: "hi" } }, expect: "any" },
      ]);
      const { created, updated, ...rest } = await readStored(store, "Note", "a");
      const expected = { type: "Note", tenant: store.tenantName, id: "a", version: 1, documentVersion: 3 };
      assert.deepEqual(rest, { ...expected, body: { text: "hi" } });
      assert.ok(Number.isSafeInteger(created), "created is a whole number of microseconds");
      assert.equal(updated, created);
    }),
    anywhere("takes the time of a write from the clock, in microseconds", async ({ store }) => {
      const before = Date.now() * 1000;
      const { created } = await save(store, "Note", "timed");
      const slack = 60_000_000;
      assert.ok(created >= before - slack && created <= Date.now() * 1000 + slack, `${created} is now in microseconds`);
    }),
    anywhere("answers a put with the record as it is stored", async ({ store }) => {
      const answered = await save(store, "Item", "answered", { name: "x", extra: [1, { deep: null }] });
      assert.deepEqual(answered, await readStored(store, "Item", "answered"));
    }),
    anywhere(
      "gives records in the order asked, twice where asked twice, undefined where none is",
      async ({ store }) => {
        await writeAll(store, [insert("Note", "x1"), insert("Note", "x2")]);
        const found = await store.get("Note", ["x2", "none", "x1", "x2"]);
        assert.deepEqual(
          found.map((record) => record?.id),
          ["x2", undefined, "x1", "x2"],
        );
      },
    ),
    anywhere("answers a get of no ids and a write of no ops with nothing", async ({ store }) => {
      assert.deepEqual(await store.get("Note", []), []);
      assert.deepEqual(await store.write([]), []);
    }),
    anywhere("gives 10,000 records in one get, and refuses 10,001", async ({ store }) => {
      const ids = range(10_000).map((at) => `many-${at}`);
      await writeAll(store, [insert("Note", "many-0"), insert("Note", "many-9999")]);
      const found = await store.get("Note", ids);
      assert.equal(found.length, ids.length);
      assert.deepEqual(
        found.flatMap((record, at) => (record === undefined ? [] : [at])),
        [0, 9_999],
      );
      await failure(store.get("Note", [...ids, "one more"]), "INVALID_QUERY");
    }),
    anywhere("raises the version by one with each write, of the same content too", async ({ store }) => {
      const versions: number[] = [];
      for (const text of ["a", "b", "b"]) versions.push((await save(store, "Note", "raised", { text })).version);
      assert.deepEqual(versions, [1, 2, 3]);
    }),
    anywhere("keeps created, and moves updated on with each write", async ({ store }) => {
      const first = await save(store, "Note", "moved");
      const second = await save(store, "Note", "moved");
      assert.equal(second.created, first.created);
      assert.ok(second.updated > first.updated, `${second.updated} is later than ${first.updated}`);
    }),
    anywhere("replaces the whole body", async ({ store }) => {
      await save(store, "Item", "whole", { name: "first", rank: 1, extra: true });
      await save(store, "Item", "whole", { rank: 2 });
      assert.deepEqual((await readStored(store, "Item", "whole")).body, { rank: 2 });
      assert.equal(await store.count("Item", { id: "whole", name: "first" }), 0);
    }),
    anywhere("stores the document version of each write", async ({ store }) => {
      await writeAll(store, [put("Note", "schema")]);
      await writeAll(store, [{ put: { type: "Note", id: "schema", documentVersion: 7, body: {} }, expect: 1 }]);
      assert.equal((await readStored(store, "Note", "schema")).documentVersion, 7);
    }),
    anywhere("keeps one id in two types apart", async ({ store }) => {
      await writeAll(store, [insert("Note", "same", { in: "Note" }), insert("Item", "same", { in: "Item" })]);
      await writeAll(store, [insert("Memo", "same", { in: "Memo" }), remove("Note", "same")]);
      assert.equal(await read(store, "Note", "same"), undefined);
      assert.deepEqual((await readStored(store, "Item", "same")).body, { in: "Item" });
      assert.deepEqual((await readStored(store, "Memo", "same")).body, { in: "Memo" });
    }),
    anywhere("has no trace of a deleted record in get, find and count", async ({ store }) => {
      await writeAll(store, [insert("Item", "gone", { name: "gone" })]);
      await writeAll(store, [remove("Item", "gone", "present")]);
      assert.equal(await read(store, "Item", "gone"), undefined);
      assert.deepEqual(await findIds(store, { type: "Item", where: { name: "gone" } }), []);
      assert.equal(await store.count("Item", { id: "gone" }), 0);
    }),
    anywhere("goes on from the tombstone's version when a deleted record is created again", async ({ store }) => {
      await save(store, "Item", "again");
      await save(store, "Item", "again");
      await writeAll(store, [remove("Item", "again")]);
      assert.equal((await save(store, "Item", "again")).version, 4);
      await writeAll(store, [remove("Item", "again"), insert("Item", "again")]);
      assert.equal((await readStored(store, "Item", "again")).version, 6);
    }),
    anywhere("puts a record that was created again behind the others", async ({ store }) => {
      await writeAll(store, [insert("Queue", "first"), insert("Queue", "second")]);
      await writeAll(store, [remove("Queue", "first")]);
      await writeAll(store, [insert("Queue", "first")]);
      assert.deepEqual(await findIds(store, { type: "Queue" }), ["second", "first"]);
    }),
    anywhere("shows a write to every read that starts after it was acknowledged", async ({ store }) => {
      for (const round of range(20)) {
        const { version } = await save(store, "Item", "shown", { rank: round });
        const [direct, found, count] = await Promise.all([
          readStored(store, "Item", "shown"),
          store.find({ type: "Item", where: { id: "shown" } }),
          store.count("Item", { id: "shown", rank: round }),
        ]);
        assert.equal(direct.version, version);
        assert.equal(found.records[0]?.version, version);
        assert.equal(count, 1);
      }
    }),
  ],
};
