import assert from "node:assert/strict";

import type { StoredRecord, WriteOp } from "@holdfast/core";

import { anywhere } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert } from "../ops.ts";
import { findIds, readStored, save, writeAll } from "../shorthand.ts";

function scribble(record: StoredRecord | undefined): void {
  assert.ok(record !== undefined);
  Object.assign(record, { version: 99, created: 0, id: "scribbled" });
  const inner = record.body["inner"];
  assert.ok(typeof inner === "object" && inner !== null);
  Object.assign(inner, { name: "scribbled" });
  Object.assign(record.body, { scribbled: true });
}

const clean = { inner: { name: "clean" } };

export const aliasing: Theme = {
  name: "isolation of values",
  behaviours: [
    anywhere("does not see changes made to a document after the call, before it is done", async ({ store }) => {
      const inner = { name: "clean" };
      const body = { inner, rank: 1 };
      const writing = store.write([insert("Item", "handed-in", body)]);
      inner.name = "late";
      body.rank = 2;
      await writing;
      assert.deepEqual((await readStored(store, "Item", "handed-in")).body, { ...clean, rank: 1 });
      assert.deepEqual(await findIds(store, { type: "Item", where: { rank: 2 } }), []);
    }),
    anywhere(
      "does not see changes made to the list of ops, of ids or to the query after the call",
      async ({ store }) => {
        await writeAll(store, [insert("Note", "a"), insert("Note", "b")]);
        const ops: WriteOp[] = [insert("Note", "c")];
        const ids = ["a"];
        const where = { id: "a" };
        const calls = Promise.all([store.write(ops), store.get("Note", ids), store.find({ type: "Note", where })]);
        ops.push(insert("Note", "d"));
        ids[0] = "b";
        where.id = "b";
        const [results, got, found] = await calls;
        assert.equal(results.length, 1);
        assert.equal(got[0]?.id, "a");
        assert.equal(found.records[0]?.id, "a");
      },
    ),
    anywhere("does not see changes made to what a write answered", async ({ store }) => {
      scribble(await save(store, "Note", "answered", clean));
      const stored = await readStored(store, "Note", "answered");
      assert.deepEqual([stored.id, stored.version, stored.body], ["answered", 1, clean]);
    }),
    anywhere("does not see changes made to what get and find gave", async ({ store }) => {
      await save(store, "Note", "given", clean);
      scribble(await readStored(store, "Note", "given"));
      scribble((await store.find({ type: "Note", where: { id: "given" } })).records[0]);
      const stored = await readStored(store, "Note", "given");
      assert.deepEqual([stored.id, stored.version, stored.body], ["given", 1, clean]);
    }),
    anywhere("gives each caller a record of its own", async ({ store }) => {
      await save(store, "Note", "own", clean);
      const [one, two] = await Promise.all([readStored(store, "Note", "own"), readStored(store, "Note", "own")]);
      const [three, four] = await store.get("Note", ["own", "own"]);
      scribble(one);
      scribble(three);
      assert.deepEqual(two.body, clean);
      assert.deepEqual(four?.body, clean);
    }),
    anywhere("holds inside a transaction too", async ({ store }) => {
      const inner = { name: "clean" };
      await store.transaction(async (session) => {
        const writing = session.write([insert("Note", "within", { inner })]);
        inner.name = "late";
        scribble((await writing)[0]?.record);
        scribble((await session.get("Note", ["within"]))[0]);
        assert.deepEqual((await readStored(session, "Note", "within")).body, clean);
      });
      assert.deepEqual((await readStored(store, "Note", "within")).body, clean);
    }),
  ],
};
