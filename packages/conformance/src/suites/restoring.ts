import assert from "node:assert/strict";

import type { JsonObject, StoredRecord, Tombstone, WriteOp } from "@holdfast/core";

import { anywhere, behaviour } from "../behaviour.ts";
import type { TenantSession, Theme } from "../behaviour.ts";
import { insert, remove } from "../ops.ts";
import { answers, failure } from "../refusal.ts";
import { findIds, read, readStored, save, show, wrongly, writeAll } from "../shorthand.ts";

const longAgo = 1_000_000_000_000_000;

function recordOf(store: TenantSession, id: string, version: number, body: JsonObject = { version }): StoredRecord {
  const times = { created: longAgo, updated: longAgo + version };
  return { type: "Item", tenant: store.tenantName, id, version, documentVersion: 4, ...times, body };
}

function tombstoneOf(store: TenantSession, id: string, version: number): Tombstone {
  return { type: "Item", tenant: store.tenantName, id, version, deleted: longAgo + version };
}

function restore(what: StoredRecord | Tombstone): WriteOp {
  return { restore: what };
}

export const restoring: Theme = {
  name: "restore and tombstones",
  behaviours: [
    anywhere("restores a record with its version and times", async ({ store }) => {
      const record = recordOf(store, "plain", 7);
      const [result] = await store.write([restore(record)]);
      assert.deepEqual(result, { ok: true, record });
      assert.deepEqual(await readStored(store, "Item", "plain"), record);
    }),
    anywhere("goes on from a restored version, and keeps created", async ({ store }) => {
      await writeAll(store, [restore(recordOf(store, "onward", 7))]);
      const next = await save(store, "Item", "onward");
      assert.equal(next.version, 8);
      assert.equal(next.created, longAgo);
    }),
    anywhere("finds a restored record by its indexed fields and in its place by created", async ({ store }) => {
      await writeAll(store, [insert("Item", "new", { name: "placed" })]);
      await writeAll(store, [restore(recordOf(store, "old", 3, { name: "placed" }))]);
      assert.deepEqual(await findIds(store, { type: "Item", where: { name: "placed" } }), ["old", "new"]);
    }),
    anywhere("replaces an older record", async ({ store }) => {
      await writeAll(store, [restore(recordOf(store, "newer", 2))]);
      await writeAll(store, [restore(recordOf(store, "newer", 5))]);
      assert.deepEqual(await readStored(store, "Item", "newer"), recordOf(store, "newer", 5));
    }),
    anywhere("takes over when a record was made, with its place, from a newer one", async ({ store }) => {
      await writeAll(
        store,
        ["made", "other"].map((id) => insert("Item", id, { name: "again" })),
      );
      const earlier = { ...recordOf(store, "other", 5, { name: "again" }), created: longAgo };
      await writeAll(store, [restore(earlier)]);
      assert.deepEqual(await readStored(store, "Item", "other"), earlier);
      assert.deepEqual(await findIds(store, { type: "Item", where: { name: "again" } }), ["other", "made"]);
    }),
    anywhere("leaves a record alone that is as new or newer, and says ok", async ({ store }) => {
      const stored = recordOf(store, "older", 5, { kept: true });
      await writeAll(store, [restore(stored)]);
      for (const version of [4, 5]) {
        assert.deepEqual(answers(await store.write([restore(recordOf(store, "older", version))])), ["ok"]);
        assert.deepEqual(await readStored(store, "Item", "older"), stored);
      }
    }),
    anywhere("deletes by a newer tombstone, and goes on from its version", async ({ store }) => {
      await writeAll(store, [restore(recordOf(store, "buried", 5))]);
      await writeAll(store, [restore(tombstoneOf(store, "buried", 6))]);
      assert.equal(await read(store, "Item", "buried"), undefined);
      assert.deepEqual(await findIds(store, { type: "Item", where: { id: "buried" } }), []);
      assert.equal((await save(store, "Item", "buried")).version, 7);
    }),
    anywhere("leaves a record alone that is as new as a tombstone or newer", async ({ store }) => {
      const stored = recordOf(store, "survivor", 5);
      await writeAll(store, [restore(stored)]);
      await writeAll(store, [restore(tombstoneOf(store, "survivor", 4))]);
      await writeAll(store, [restore(tombstoneOf(store, "survivor", 5))]);
      assert.deepEqual(await readStored(store, "Item", "survivor"), stored);
    }),
    anywhere("keeps a tombstone of a record that was never stored", async ({ store }) => {
      await writeAll(store, [restore(tombstoneOf(store, "unborn", 9))]);
      assert.equal(await read(store, "Item", "unborn"), undefined);
      assert.equal((await save(store, "Item", "unborn")).version, 10);
    }),
    anywhere("does not bring a deleted record back from an older copy", async ({ store }) => {
      const stored = await save(store, "Item", "stale");
      await writeAll(store, [remove("Item", "stale")]);
      await writeAll(store, [restore(stored)]);
      assert.equal(await read(store, "Item", "stale"), undefined);
      await writeAll(store, [restore(recordOf(store, "stale", 3))]);
      assert.equal((await readStored(store, "Item", "stale")).version, 3);
    }),
    anywhere("takes several states of one record in one batch, in turn", async ({ store }) => {
      await writeAll(store, [
        restore(recordOf(store, "states", 1)),
        restore(tombstoneOf(store, "states", 2)),
        restore(recordOf(store, "states", 3)),
        restore(recordOf(store, "states", 2)),
      ]);
      assert.deepEqual(await readStored(store, "Item", "states"), recordOf(store, "states", 3));
    }),
    anywhere("undoes a restore with the other ops of its batch", async ({ store }) => {
      await save(store, "Item", "taken");
      const ops = [restore(recordOf(store, "undone", 2)), insert("Item", "taken")];
      assert.deepEqual(answers(await store.write(ops)), ["batch", "exists"]);
      assert.equal(await read(store, "Item", "undone"), undefined);
      assert.equal((await save(store, "Item", "undone")).version, 1);
    }),
    behaviour("refuses a record of another tenant than the view's", async ({ store }) => {
      const foreign = { ...recordOf(store, "foreign", 1), tenant: `${store.tenantName}-other` };
      await failure(store.write([restore(foreign)]), "INVALID_ENTITY");
      assert.equal(await read(store.tenant(foreign.tenant), "Item", "foreign"), undefined);
    }),
    anywhere("checks a restored record like any other", async ({ store }) => {
      const record = recordOf(store, "checked", 1);
      const bad = [{ version: 0 }, { version: 1.5 }, { created: -1 }, { updated: NaN }, { documentVersion: 0 }];
      for (const part of [...bad, { body: { rank: "high" } }]) {
        const error = await failure(store.write([restore({ ...record, ...wrongly<object>(part) })]));
        assert.equal(error.code, "INVALID_ENTITY", show(part));
      }
      await failure(store.write([restore({ ...record, id: "" })]), "INVALID_ID");
      await failure(store.write([restore({ ...record, body: wrongly({ x: NaN }) })]), "UNSERIALIZABLE_VALUE");
      assert.equal(await read(store, "Item", "checked"), undefined);
    }),
  ],
};
