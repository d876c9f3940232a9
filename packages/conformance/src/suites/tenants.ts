import assert from "node:assert/strict";

import type { Store, StoreSession } from "@holdfast/core";

import { behaviour } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert, put, remove } from "../ops.ts";
import { fieldOf, findIds, problemsOf, range, read, readStored, save, writeAll } from "../shorthand.ts";

function pair(store: Store): readonly [Store, Store] {
  return [store, store.tenant(`${store.tenantName}-b`)];
}

async function tenantsOf(store: Store): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of store.tenants()) names.push(name);
  return names;
}

export const tenants: Theme = {
  name: "tenants",
  behaviours: [
    behaviour("is tenant default where none is named", async ({ open }) => {
      await using store = await open();
      assert.equal(store.tenantName, "default");
      const saved = await save(store, "Item", "root");
      assert.equal(saved.tenant, "default");
      assert.deepEqual(await readStored(store.tenant("default"), "Item", "root"), saved);
    }),
    behaviour("keeps one id of one type apart in two tenants", async ({ store }) => {
      const [a, b] = pair(store);
      await writeAll(a, [insert("Item", "same", { in: "a" }), insert("Memo", "same", { in: "a" })]);
      await writeAll(b, [insert("Item", "same", { in: "b" })]);
      await writeAll(b, [put("Item", "same", { in: "b" }, 1), remove("Item", "same", 2)]);
      assert.deepEqual((await readStored(a, "Item", "same")).body, { in: "a" });
      assert.equal((await readStored(a, "Item", "same")).version, 1);
      assert.equal(await read(b, "Memo", "same"), undefined);
    }),
    behaviour("lets no get, find, count or count by value see another tenant", async ({ store }) => {
      const [a, b] = pair(store);
      await writeAll(
        a,
        range(5).map((at) => insert("Item", `i${at}`, { status: "secret", rank: at })),
      );
      await save(b, "Item", "own", { status: "own" });
      const look = async (session: StoreSession) => {
        assert.deepEqual(await session.get("Item", ["i0", "i4"]), [undefined, undefined]);
        assert.deepEqual(await findIds(session, { type: "Item" }), ["own"]);
        assert.deepEqual(await findIds(session, { type: "Item", where: { not: { status: "own" } } }), []);
        assert.equal(await session.count("Item"), 1);
        assert.deepEqual([...(await session.countBy("Item", "status"))], [["own", 1]]);
      };
      await look(b);
      await b.transaction(look);
      await b.transaction(look, { readOnly: true });
    }),
    behaviour("lets no expectation and no check see another tenant", async ({ store }) => {
      const [a, b] = pair(store);
      await save(a, "Item", "guarded");
      const results = await b.write([
        insert("Item", "guarded"),
        { check: { type: "Item", id: "none" }, expect: "absent" },
      ]);
      assert.ok(results.every((result) => result.ok));
      assert.equal((await readStored(a, "Item", "guarded")).version, 1);
    }),
    behaviour("keeps a transaction in its tenant", async ({ store }) => {
      const [a, b] = pair(store);
      await save(a, "Item", "moved", { by: "a" });
      await b.transaction(async (session) => {
        assert.equal(await session.count("Item"), 0);
        await save(session, "Item", "moved", { by: "b" });
        await session.transaction((inner) => save(inner, "Item", "nested", { by: "b" }));
      });
      assert.deepEqual(await findIds(a, { type: "Item" }), ["moved"]);
      assert.equal(await fieldOf(a, "Item", "moved", "by"), "a");
      assert.deepEqual(await findIds(b, { type: "Item" }), ["moved", "nested"]);
    }),
    behaviour("keeps the tenants apart in writes that are started together", async ({ store }) => {
      const views = range(10).map((at) => store.tenant(`${store.tenantName}-${at}`));
      await Promise.all(views.flatMap((view, at) => range(10).map((id) => save(view, "Item", `i${id}`, { rank: at }))));
      for (const [at, view] of views.entries()) {
        assert.equal(await view.count("Item", { rank: at, version: 1 }), 10);
        assert.equal(await view.count("Item"), 10);
      }
    }),
    behaviour("lists the tenants that hold records, by name", async ({ open }) => {
      await using store = await open();
      assert.deepEqual(await tenantsOf(store), []);
      for (const name of ["b", "B", "a-1", "_", "default"]) await save(store.tenant(name), "Item", "x");
      await save(store.tenant("a-1"), "Memo", "y");
      assert.deepEqual(await tenantsOf(store), ["B", "_", "a-1", "b", "default"]);
      await writeAll(store.tenant("b"), [remove("Item", "x")]);
      assert.deepEqual(await tenantsOf(store), ["B", "_", "a-1", "default"]);
    }),
    behaviour(
      "tells a tenant's view of no other tenant: in its list, its statistics and its check",
      async ({ store }) => {
        const [a, b] = pair(store);
        await writeAll(a, [insert("Item", "x"), insert("Memo", "y")]);
        await save(b, "Item", "x");
        assert.deepEqual(await tenantsOf(b), [b.tenantName]);
        const { records, types } = await b.stats();
        assert.deepEqual([records, types.map(({ tenant, type }) => [tenant, type])], [1, [[b.tenantName, "Item"]]]);
        await save(a, "Child", "lost", { looseId: "nobody" });
        assert.deepEqual(await problemsOf(b), []);
      },
    ),
    behaviour("gives one view for one name, from wherever it is asked", async ({ store }) => {
      const [a, b] = pair(store);
      await save(b, "Item", "x");
      assert.equal((await readStored(a.tenant("c").tenant(b.tenantName), "Item", "x")).tenant, b.tenantName);
    }),
  ],
};
