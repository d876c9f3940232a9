import assert from "node:assert/strict";

import type { Store, Tombstone } from "@holdfast/core";

import { behaviour } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert, remove } from "../ops.ts";
import { range, save, writeAll } from "../shorthand.ts";

/** Makes records and deletes them again. */
async function bury(store: Store, type: string, ids: readonly string[]): Promise<void> {
  await writeAll(
    store,
    ids.map((id) => insert(type, id)),
  );
  await writeAll(
    store,
    ids.map((id) => remove(type, id)),
  );
}

function idsOf(tombstones: readonly Tombstone[]): readonly string[] {
  return tombstones.map(({ id }) => id);
}

export const tombstones: Theme = {
  name: "tombstones",
  behaviours: [
    behaviour("are what is known of the deletes of a type in a tenant, by id", async ({ store }) => {
      const ids = ["z", "\u{1f600}", "\uffff", "a"];
      await bury(store, "Memo", ids);
      await bury(store, "Counter", ["other type"]);
      await bury(store.tenant("other"), "Memo", ["other tenant"]);
      await save(store, "Memo", "alive", {});
      const found = await store.tombstones("Memo");
      assert.deepEqual(idsOf(found), ["a", "z", "\uffff", "\u{1f600}"]);
      const before = await store.now();
      for (const { type, tenant, version, deleted } of found) {
        assert.deepEqual({ type, tenant, version }, { type: "Memo", tenant: store.tenantName, version: 2 });
        assert.ok(Number.isInteger(deleted) && deleted > before - 3_600_000_000, "the time of the delete");
      }
      assert.deepEqual(await store.tombstones("Nothing"), []);
    }),

    behaviour("are none of what was created again, and go on from it when that is deleted", async ({ store }) => {
      await bury(store, "Memo", ["again", "gone"]);
      await writeAll(store, [insert("Memo", "again")]);
      assert.deepEqual(idsOf(await store.tombstones("Memo")), ["gone"]);
      await writeAll(store, [remove("Memo", "again")]);
      const versions = (await store.tombstones("Memo")).map(({ id, version }) => [id, version]);
      assert.deepEqual(versions, [
        ["again", 4],
        ["gone", 2],
      ]);
    }),

    behaviour("come in pages of 1 to 10,000, 100 where nothing is said", async ({ store }) => {
      const ids = range(120).map((at) => `note ${String(at).padStart(3, "0")}`);
      await bury(store, "Memo", ids);
      assert.equal((await store.tombstones("Memo")).length, 100);
      assert.equal((await store.tombstones("Memo", { limit: 10_000 })).length, 120);
      const seen: string[] = [];
      let page = await store.tombstones("Memo", { limit: 50 });
      while (page.length > 0) {
        seen.push(...idsOf(page));
        const after = page.at(-1)?.id ?? "";
        page = await store.tombstones("Memo", { after, limit: 50 });
      }
      assert.deepEqual(seen, ids);
      for (const limit of [0, 10_001, 1.5]) {
        await assert.rejects(store.tombstones("Memo", { limit }), { code: "INVALID_QUERY" });
      }
      await assert.rejects(store.tombstones("no type"), { code: "INVALID_QUERY" });
      await assert.rejects(store.tombstones("Memo", { after: "" }), { code: "INVALID_ID" });
    }),

    behaviour("are, in a transaction, those of its moment and of its own deletes", async ({ store }) => {
      await bury(store, "Memo", ["before"]);
      await save(store, "Memo", "alive", {});
      const seen = await store.transaction(async (session) => {
        await writeAll(session, [remove("Memo", "alive")]);
        return idsOf(await session.tombstones("Memo"));
      });
      assert.deepEqual(seen, ["alive", "before"]);
    }),
  ],
};
