import assert from "node:assert/strict";

import type { CheckProblem, Lift, Store } from "@holdfast/core";

import { behaviour, persistent } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert, put } from "../ops.ts";
import { problemsOf, range, writeAll } from "../shorthand.ts";
import { suiteLayout } from "../suite-layout.ts";

/** Who lacks what, and who says so; ordered. */
async function toldBy(store: Pick<Store, "check">): Promise<readonly string[]> {
  return (await problemsOf(store)).map(brief).sort();
}

function brief({ kind, tenant, type, id, field, other }: CheckProblem): string {
  const named = other === undefined ? "" : ` for ${other.type} ${other.id}`;
  return `${kind} ${tenant} ${type} ${id} ${field}${named}`;
}

export const links: Theme = {
  name: "lists of children beside their references",
  behaviours: [
    behaviour("nothing is wrong where both ends agree, be the list empty, null or not there", async ({ store }) => {
      await writeAll(store, [
        insert("Owner", "a", { bondIds: ["x", "y"] }),
        insert("Owner", "b", { bondIds: [] }),
        insert("Owner", "c", { bondIds: null }),
        insert("Owner", "d"),
        insert("Guest", "g", { bondIds: ["y"] }),
        insert("Bond", "x", { ownerId: "a", guestId: null }),
        insert("Bond", "y", { ownerId: "a", guestId: "g" }),
        insert("Bond", "z"),
      ]);
      assert.deepEqual(await store.check().then(({ problems }) => problems.filter(({ kind }) => kind === "link")), []);
    }),
    behaviour("tells of a child that its parent does not list, by an enforced reference or not", async ({ store }) => {
      await writeAll(store, [
        insert("Owner", "a", { bondIds: ["y"] }),
        insert("Guest", "g"),
        insert("Bond", "x", { ownerId: "a", guestId: "g" }),
        insert("Bond", "y", { ownerId: "a" }),
      ]);
      const tenant = store.tenantName;
      assert.deepEqual(await toldBy(store), [
        `link ${tenant} Guest g bondIds for Bond x`,
        `link ${tenant} Owner a bondIds for Bond x`,
      ]);
      const [{ message } = { message: "" }] = await problemsOf(store);
      assert.match(message, /"bondIds" does not list the "Bond" with id "x"/);
    }),
    behaviour("tells of a listed child that refers to another, to none, or is not there", async ({ store }) => {
      await writeAll(store, [
        insert("Owner", "a", { bondIds: ["kept", "moved", "freed", "gone", "gone", "\0\ud83d", ""] }),
        insert("Owner", "b", { bondIds: ["moved"] }),
        insert("Bond", "kept", { ownerId: "a" }),
        insert("Bond", "moved", { ownerId: "b" }),
        insert("Bond", "freed"),
      ]);
      const told = ["", "\0\ud83d", "freed", "gone", "moved"].map(
        (id) => `link ${store.tenantName} Bond ${id} ownerId for Owner a`,
      );
      assert.deepEqual(await toldBy(store), told.sort());
    }),
    behaviour("tells of a list that is none", async ({ store }) => {
      await writeAll(store, [insert("Owner", "a", { bondIds: "x" }), insert("Owner", "b", { bondIds: ["x", 1] })]);
      await writeAll(store, [insert("Owner", "c", { bondIds: { x: true } }), insert("Bond", "x", { ownerId: "a" })]);
      assert.deepEqual(
        await toldBy(store),
        ["a", "b", "c"].map((id) => `link ${store.tenantName} Owner ${id} bondIds`),
      );
    }),
    behaviour("reads a list from the newest form of its document", async ({ open }) => {
      const types = suiteLayout.types.map((each) => (each.type === "Owner" ? { ...each, schemaVersion: 2 } : each));
      const lift: Lift = (document) =>
        document.type === "Owner" && document.documentVersion === 1
          ? { ...document, documentVersion: 2, body: { bondIds: document.body["bonds"] ?? [] } }
          : document;
      await using store = await open({ model: { layout: { types }, lift } });
      await writeAll(store, [insert("Owner", "a", { bonds: ["x"] }), insert("Owner", "b", { bonds: ["gone"] })]);
      await writeAll(store, [insert("Bond", "x", { ownerId: "a" })]);
      assert.deepEqual(await toldBy(store), ["link default Bond gone ownerId for Owner b"]);
    }),
    behaviour("tells of an orphan once, as an orphan", async ({ store }) => {
      await writeAll(store, [insert("Bond", "x", { guestId: "nobody" })]);
      assert.deepEqual(await toldBy(store), [`orphan ${store.tenantName} Bond x undefined`]);
    }),
    behaviour("tells the store of all tenants, and a view of its own", async ({ open }) => {
      await using store = await open();
      for (const tenant of ["t1", "t2"]) {
        await writeAll(store.tenant(tenant), [insert("Owner", "a"), insert("Bond", tenant, { ownerId: "a" })]);
      }
      const told = ["t1", "t2"].map((tenant) => `link ${tenant} Owner a bondIds for Bond ${tenant}`);
      assert.deepEqual(await toldBy(store), told);
      assert.deepEqual(await toldBy(store.tenant("t2")), told.slice(1));
      assert.deepEqual(await toldBy(store.tenant("t3")), []);
    }),
    behaviour("looks at more parents, and more children of one, than fit on a page", async ({ open }) => {
      await using store = await open();
      const bonds = range(10_200).map((at) => `b${at}`);
      const owners = range(1_100).map((at) => insert("Owner", `o${at}`, { bondIds: [`c${at}`] }));
      await writeAll(store, [
        insert("Owner", "many", { bondIds: [...bonds.slice(0, -1), "c1099"] }),
        ...bonds.map((id) => insert("Bond", id, { ownerId: "many" })),
        ...owners,
        ...range(1_100).map((at) => insert("Bond", `c${at}`, { ownerId: `o${at}` })),
      ]);
      assert.deepEqual(await toldBy(store), [
        `link ${store.tenantName} Bond c1099 ownerId for Owner many`,
        `link ${store.tenantName} Owner many bondIds for Bond b10199`,
      ]);
    }),
    behaviour("sees one moment while others move children from parent to parent", async ({ open }) => {
      await using store = await open();
      await writeAll(store, [insert("Owner", "a", { bondIds: ["x"] }), insert("Owner", "b", { bondIds: [] })]);
      await writeAll(store, [insert("Bond", "x", { ownerId: "a" })]);
      const moves = (async () => {
        for (const at of range(20)) {
          const [from, to] = at % 2 === 0 ? ["a", "b"] : ["b", "a"];
          await writeAll(store, [
            put("Owner", from, { bondIds: [] }),
            put("Bond", "x", { ownerId: to }),
            put("Owner", to, { bondIds: ["x"] }),
          ]);
        }
      })();
      for (const _check of range(5)) assert.deepEqual(await toldBy(store), []);
      await moves;
    }),
    persistent("tells of records that were there before the list was declared", async ({ open, reopen }) => {
      const types = suiteLayout.types.map((each) => ({
        ...each,
        references: each.references.map(({ mirror: _none, ...rest }) => rest),
      }));
      const first = await open({ model: { layout: { types } } });
      await writeAll(first, [insert("Owner", "a"), insert("Bond", "x", { ownerId: "a" })]);
      assert.deepEqual(await toldBy(first), []);
      await first.close();
      await using store = await reopen(first);
      assert.deepEqual(await toldBy(store), ["link default Owner a bondIds for Bond x"]);
    }),
    persistent("still tells when the store is opened without a model", async ({ open, reopen }) => {
      const first = await open();
      await writeAll(first, [insert("Owner", "a"), insert("Bond", "x", { ownerId: "a" })]);
      await first.close();
      await using store = await reopen(first, { model: { layout: { types: [] } } });
      assert.deepEqual(await toldBy(store), ["link default Owner a bondIds for Bond x"]);
    }),
  ],
};
