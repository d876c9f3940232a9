import assert from "node:assert/strict";

import type { Layout, Store, StoredRecord, StoreSession } from "@holdfast/core";

import { persistent } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert, put, remove } from "../ops.ts";
import { failure } from "../refusal.ts";
import { suiteLayout } from "../suite-layout.ts";
import { findIds, problemsOf, range, read, readStored, save, writeAll } from "../shorthand.ts";

const odd = JSON.parse('{"__proto__":1,"":"\\u0000\\ud83d","z":[0.1,5e-324],"a":{"b":null}}') as StoredRecord["body"];

async function everything(store: Store): Promise<readonly StoredRecord[]> {
  const found: StoredRecord[] = [];
  for (const { tenant, type } of (await store.stats()).types) {
    found.push(...(await store.tenant(tenant).find({ type, limit: 10_000 })).records);
  }
  return found;
}

export const persistence: Theme = {
  name: "opening again",
  behaviours: [
    persistent("has every record as it was, of every tenant and type", async ({ open, reopen }) => {
      await using store = await open();
      await writeAll(
        store,
        range(300).map((at) => insert("Item", `i${at}`, { ...odd, rank: at, name: `\0${at}` })),
      );
      await writeAll(store.tenant("other"), [insert("Item", "i1"), insert("Undeclared", "\u{1f600}", odd)]);
      await save(store, "Item", "i7", { done: true });
      const before = [await everything(store), await store.stats()];
      await store.close();
      await using again = await reopen(store);
      assert.deepEqual([await everything(again), await again.stats()], before);
    }),
    persistent("goes on with the versions, those of tombstones too", async ({ open, reopen }) => {
      await using store = await open();
      await writeAll(store, [insert("Item", "live"), insert("Item", "dead"), insert("Undeclared", "dead")]);
      await writeAll(store, [put("Item", "live"), remove("Item", "dead"), remove("Undeclared", "dead")]);
      await store.close();
      await using again = await reopen(store);
      assert.equal(await read(again, "Item", "dead"), undefined);
      const versions = [
        await save(again, "Item", "live"),
        await save(again, "Item", "dead"),
        await save(again, "Undeclared", "dead"),
      ];
      assert.deepEqual(
        versions.map(({ version }) => version),
        [3, 3, 3],
      );
    }),
    persistent("keeps indexes, unique ones and references working", async ({ open, reopen }) => {
      await using store = await open();
      await writeAll(store, [insert("Account", "a", { email: "\0taken" }), insert("Parent", "p")]);
      await writeAll(store, [
        insert("Child", "c", { parentId: "p" }),
        insert("Item", "i", { name: "\ud83d", rank: 0.1 }),
      ]);
      await store.close();
      await using again = await reopen(store);
      assert.deepEqual(await findIds(again, { type: "Item", where: { name: "\ud83d", rank: 0.1 } }), ["i"]);
      await failure(again.write([insert("Account", "b", { email: "\0taken" })]), "UNIQUE_VIOLATION");
      await failure(again.write([remove("Parent", "p")]), "REFERENCE_VIOLATION");
      await failure(again.write([insert("Child", "d", { parentId: "q" })]), "REFERENCE_VIOLATION");
      assert.deepEqual(await problemsOf(again), []);
    }),
    persistent("has nothing of what was rolled back, refused or undone", async ({ open, reopen }) => {
      await using store = await open();
      await save(store, "Item", "kept", { rank: 1 });
      await assert.rejects(
        store.transaction((session) => saveAndThrow(session, "rolled-back")),
        TypeError,
      );
      await store.write([insert("Item", "undone"), insert("Item", "kept")]);
      await store.transaction(async (session) => {
        await assert.rejects(
          session.transaction((inner) => saveAndThrow(inner, "savepoint")),
          TypeError,
        );
        await save(session, "Item", "committed");
      });
      await store.close();
      await using again = await reopen(store);
      assert.deepEqual(await findIds(again, { type: "Item" }), ["kept", "committed"]);
      assert.deepEqual((await again.stats()).tombstones, 0);
    }),
    persistent(
      "keeps the stored model where less is declared, with its indexes, types and rules",
      async ({ open, reopen }) => {
        await using store = await open();
        await writeAll(store, [insert("Account", "a", { email: "taken" }), insert("Item", "i", { name: "n" })]);
        await store.close();
        await using again = await reopen(store, { model: { layout: { types: [] } } });
        assert.deepEqual(
          again.layout.types.map(({ type }) => type),
          suiteLayout.types.map(({ type }) => type),
        );
        assert.deepEqual(await findIds(again, { type: "Item", where: { name: "n" } }), ["i"]);
        await failure(again.write([insert("Account", "b", { email: "taken" })]), "UNIQUE_VIOLATION");
        await failure(again.write([insert("Item", "j", { rank: "high" })]), "INVALID_ENTITY");
      },
    ),
    persistent("takes further types and fields into the stored model", async ({ open, reopen }) => {
      await using store = await open({ model: { layout: layoutOf({ Item: ["name"] }) } });
      await writeAll(store, [
        insert("Item", "i", { name: "n", color: "red" }),
        insert("Later", "l", { color: "blue" }),
      ]);
      await store.close();
      await using again = await reopen(store, { model: { layout: layoutOf({ Item: ["color"], Later: ["color"] }) } });
      await save(again, "Item", "j", { name: "m", color: "green" });
      assert.deepEqual(await findIds(again, { type: "Item", where: { name: { in: ["n", "m"] }, color: "red" } }), [
        "i",
      ]);
      assert.deepEqual(await findIds(again, { type: "Item", where: { color: { exists: true } } }), ["i", "j"]);
      assert.deepEqual(await findIds(again, { type: "Later", where: { color: "blue" } }), ["l"]);
      assert.equal((await readStored(again, "Later", "l")).version, 1);
    }),
    persistent("refuses to change the stored model where it may only check", async ({ open, reopen }) => {
      await using store = await open({ model: { layout: layoutOf({ Item: ["name"] }) } });
      await save(store, "Item", "i", { name: "n" });
      await store.close();
      const model = { layout: layoutOf({ Item: ["name", "rank"] }) };
      await failure(reopen(store, { model, layout: "check" }), "LAYOUT_OUTDATED");
      await using again = await reopen(store, { model: { layout: layoutOf({ Item: ["name"] }) }, layout: "check" });
      assert.deepEqual(await findIds(again, { type: "Item", where: { name: "n" } }), ["i"]);
      await failure(again.count("Item", { rank: 1 }), "FIELD_NOT_INDEXED");
    }),
    persistent("refuses a field of another kind than the stored one, and stays usable", async ({ open, reopen }) => {
      await using store = await open({ model: { layout: layoutOf({ Item: ["name"] }) } });
      await save(store, "Item", "i", { name: "n" });
      await store.close();
      const types = [
        {
          type: "Item",
          schemaVersion: 1,
          fields: [{ name: "name", kind: "number" as const }],
          indexes: [],
          references: [],
        },
      ];
      await failure(reopen(store, { model: { layout: { types } } }), "INVALID_MODEL");
      await using again = await reopen(store);
      assert.equal((await readStored(again, "Item", "i")).version, 1);
    }),
    persistent("refuses every write where it was opened to read", async ({ open, reopen }) => {
      await using store = await open();
      await writeAll(store, [insert("Item", "i", { name: "n" })]);
      await store.close();
      await using reader = await reopen(store, { access: "read" });
      assert.deepEqual(await findIds(reader, { type: "Item", where: { name: "n" } }), ["i"]);
      await failure(reader.write([insert("Item", "x")]), "STORE_READ_ONLY");
      await failure(
        reader.transaction((session) => session.write([insert("Item", "x")])),
        "STORE_READ_ONLY",
      );
      assert.equal(await reader.transaction((session) => session.count("Item"), { readOnly: true }), 1);
      assert.equal(await reader.count("Item"), 1);
    }),
    persistent("keeps what both durabilities acknowledged", async ({ open, reopen }) => {
      await using store = await open({ durability: "process-crash" });
      await save(store, "Item", "fast");
      await store.close();
      await using again = await reopen(store, { durability: "power-loss" });
      await save(again, "Item", "slow");
      await again.close();
      await using last = await reopen(again);
      assert.deepEqual(await findIds(last, { type: "Item" }), ["fast", "slow"]);
    }),
  ],
};

async function saveAndThrow(session: StoreSession, id: string): Promise<never> {
  await save(session, "Item", id);
  throw new TypeError("undo");
}

function layoutOf(types: Readonly<Record<string, readonly string[]>>): Layout {
  return {
    types: Object.entries(types).map(([type, names]) => ({
      type,
      schemaVersion: 1,
      fields: names.map((name) => ({ name, kind: "string" })),
      indexes: names.map((name) => ({ fields: [name], unique: false })),
      references: [],
    })),
  };
}
