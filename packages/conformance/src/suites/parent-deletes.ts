import assert from "node:assert/strict";

import type { Lift, Store } from "@holdfast/core";

import { behaviour } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { check, insert, put, remove } from "../ops.ts";
import { answers, failure } from "../refusal.ts";
import { fieldOf, findIds, problemsOf, range, read, readStored, save, writeAll } from "../shorthand.ts";
import { suiteLayout } from "../suite-layout.ts";

async function stock(store: Store): Promise<void> {
  await writeAll(store, [insert("Owner", "a"), insert("Owner", "b")]);
}

export const parentDeletes: Theme = {
  name: "what deleting a parent does to its children",
  behaviours: [
    behaviour(
      "cascade deletes the children with the parent, those of no other, and leaves tombstones",
      async ({ store }) => {
        await stock(store);
        await writeAll(store, [insert("Part", "a1", { ownerId: "a" }), insert("Part", "b1", { ownerId: "b" })]);
        await writeAll(store, [insert("Part", "free"), put("Part", "a1", { ownerId: "a", note: 1 })]);
        await writeAll(store, [remove("Owner", "a")]);
        assert.deepEqual(await findIds(store, { type: "Part" }), ["b1", "free"]);
        assert.equal((await save(store, "Part", "a1")).version, 4);
      },
    ),
    behaviour("cascade goes down every level, and round a cycle", async ({ store }) => {
      await stock(store);
      await writeAll(
        store,
        range(20).map((at) => insert("Part", `p${at}`, at === 0 ? { ownerId: "a" } : { wholeId: `p${at - 1}` })),
      );
      await writeAll(store, [
        insert("Part", "x", { wholeId: "y" }),
        insert("Part", "y", { wholeId: "x", ownerId: "a" }),
      ]);
      await writeAll(store, [remove("Owner", "a")]);
      assert.equal(await store.count("Part"), 0);
    }),
    behaviour("cascade deletes over 10,000 children, and what hangs on thousands of them", async ({ store }) => {
      await stock(store);
      const parts = range(10_500).map((at) => insert("Part", `p${at}`, { ownerId: "a" }));
      const within = range(2_500).map((at) => insert("Part", `q${at}`, { wholeId: `p${at * 4}` }));
      await writeAll(store, [...parts, ...within, insert("Part", "kept", { ownerId: "b" })]);
      const patient = store.within({ timeoutMs: 120_000 });
      assert.deepEqual(answers(await patient.write([remove("Owner", "a", 1)])), ["ok"]);
      assert.deepEqual(await findIds(store, { type: "Part" }), ["kept"]);
    }),
    behaviour("cascade wins over restrict, where one child has both, on whatever level", async ({ store }) => {
      await stock(store);
      await writeAll(store, [
        insert("Part", "p", { ownerId: "a" }),
        insert("Bond", "x", { ownerId: "a", partId: "p" }),
      ]);
      await writeAll(store, [insert("Bond", "y", { ownerId: "b", partId: "p" })]);
      await writeAll(store, [remove("Owner", "a")]);
      assert.deepEqual([await store.count("Part"), await store.count("Bond")], [0, 0]);
    }),
    behaviour("restrict anywhere below refuses it all", async ({ store }) => {
      await stock(store);
      await writeAll(store, [insert("Part", "p", { ownerId: "a" }), insert("Part", "q", { wholeId: "p" })]);
      await writeAll(store, [insert("Seal", "s", { partId: "q" })]);
      await failure(store.write([insert("Item", "beside"), remove("Owner", "a")]), "REFERENCE_VIOLATION");
      const left = [await store.count("Owner"), await store.count("Part", { version: 1 }), await store.count("Item")];
      assert.deepEqual(left, [2, 2, 0]);
      await writeAll(store, [remove("Owner", "a"), remove("Seal", "s")]);
      assert.equal(await store.count("Part"), 0);
    }),
    behaviour("detach sets the field to null, and leaves all else as it was", async ({ store }) => {
      await stock(store);
      const body = { z: 1, hostId: "a", secondHostId: "b", "": "\0\ud83d", nested: { hostId: "a" } };
      const before = await save(store, "Guest", "g", body);
      await writeAll(store, [remove("Owner", "a")]);
      const after = await readStored(store, "Guest", "g");
      assert.equal(JSON.stringify(after.body), JSON.stringify({ ...body, hostId: null }));
      assert.deepEqual(
        [after.version, after.created, after.documentVersion],
        [2, before.created, before.documentVersion],
      );
      assert.deepEqual(await findIds(store, { type: "Guest", where: { hostId: null, secondHostId: "b" } }), ["g"]);
    }),
    behaviour("detach frees a child of all that it refers to", async ({ store }) => {
      await stock(store);
      await writeAll(store, [insert("Guest", "twice", { hostId: "a", secondHostId: "a" })]);
      await writeAll(store, [insert("Guest", "both", { hostId: "a", secondHostId: "b" })]);
      await writeAll(store, [remove("Owner", "a"), remove("Owner", "b")]);
      for (const id of ["twice", "both"]) {
        assert.deepEqual((await readStored(store, "Guest", id)).body, { hostId: null, secondHostId: null }, id);
      }
    }),
    behaviour("detach frees a child of an older form too, in its newest one", async ({ open }) => {
      const types = suiteLayout.types.map((each) => (each.type === "Guest" ? { ...each, schemaVersion: 2 } : each));
      const lift: Lift = (document) =>
        document.type === "Guest" && document.documentVersion === 1
          ? { ...document, documentVersion: 2, body: { hostId: document.body["host"] ?? null } }
          : document;
      await using store = await open({ model: { layout: { types }, lift } });
      await writeAll(store, [insert("Owner", "a"), insert("Guest", "g", { host: "a" })]);
      await writeAll(store, [remove("Owner", "a")]);
      const { documentVersion, body } = await readStored(store, "Guest", "g");
      assert.deepEqual([documentVersion, body], [2, { hostId: null }]);
      assert.deepEqual(await problemsOf(store), []);
    }),
    behaviour("cascade wins over detach, where one child has both", async ({ store }) => {
      await stock(store);
      await writeAll(store, [
        insert("Pact", "same", { fromId: "a", toId: "a" }),
        insert("Pact", "kept", { fromId: "a", toId: "b" }),
      ]);
      await writeAll(store, [remove("Owner", "a")]);
      assert.deepEqual(await findIds(store, { type: "Pact" }), ["kept"]);
      await writeAll(store, [insert("Owner", "a"), insert("Pact", "across", { fromId: "b", toId: "a" })]);
      await writeAll(store, [remove("Owner", "b"), remove("Owner", "a")]);
      assert.equal(await store.count("Pact"), 0);
    }),
    behaviour("what the same batch says of a child counts", async ({ store }) => {
      await stock(store);
      await writeAll(
        store,
        range(3).map((at) => insert("Part", `p${at}`, { ownerId: "a" })),
      );
      await writeAll(store, [
        put("Part", "p0", { ownerId: "b" }),
        remove("Owner", "a"),
        put("Part", "p1"),
        check("Part", "p2", 1),
      ]);
      assert.deepEqual(await findIds(store, { type: "Part" }), ["p0", "p1"]);
      assert.deepEqual((await readStored(store, "Part", "p0")).body, { ownerId: "b" });
    }),
    behaviour("a delete that is refused leaves the children alone, and is answered op by op", async ({ store }) => {
      await stock(store);
      await writeAll(store, [insert("Part", "p", { ownerId: "a" }), insert("Guest", "g", { hostId: "a" })]);
      const results = await store.write([
        insert("Item", "i"),
        remove("Owner", "a", 9),
        remove("Owner", "none", "present"),
      ]);
      assert.deepEqual(answers(results), ["batch", "version", "missing"]);
      assert.deepEqual(
        [(await readStored(store, "Part", "p")).version, (await readStored(store, "Guest", "g")).version],
        [1, 1],
      );
    }),
    behaviour("happens at once inside a transaction, and is undone with a savepoint", async ({ store }) => {
      await stock(store);
      await writeAll(store, [insert("Part", "p", { ownerId: "a" }), insert("Guest", "g", { hostId: "a" })]);
      await store.transaction(async (session) => {
        const undone = session.transaction(async (inner) => {
          await writeAll(inner, [remove("Owner", "a")]);
          assert.equal(await read(inner, "Part", "p"), undefined);
          assert.equal(await fieldOf(inner, "Guest", "g", "hostId"), null);
          throw new TypeError("undo");
        });
        await assert.rejects(undone, TypeError);
        assert.equal((await readStored(session, "Part", "p")).version, 1);
        await writeAll(session, [insert("Part", "late", { ownerId: "a" })]);
        await writeAll(session, [remove("Owner", "a")]);
        assert.equal(await session.count("Part"), 0);
      });
      assert.deepEqual([await store.count("Part"), await fieldOf(store, "Guest", "g", "hostId")], [0, null]);
    }),
    behaviour("stays within the tenant", async ({ store }) => {
      const other = store.tenant(`${store.tenantName}-b`);
      for (const view of [store, other]) {
        await stock(view);
        await writeAll(view, [insert("Part", "p", { ownerId: "a" }), insert("Guest", "g", { hostId: "a" })]);
      }
      await writeAll(store, [remove("Owner", "a")]);
      assert.deepEqual([await other.count("Part"), await fieldOf(other, "Guest", "g", "hostId")], [1, "a"]);
    }),
    behaviour("leaves no orphan where a parent is deleted while children are born", async ({ store }) => {
      for (const round of range(5)) {
        const owner = `owner-${round}`;
        await writeAll(store, [insert("Owner", owner), insert("Part", `${owner}-0`, { ownerId: owner })]);
        await Promise.allSettled([
          store.write([insert("Part", `${owner}-1`, { ownerId: owner })]),
          store.write([remove("Owner", owner)]),
          store.transaction((session) => session.write([insert("Part", `${owner}-2`, { ownerId: owner })])),
          store.write([insert("Guest", `${owner}-3`, { hostId: owner })]),
        ]);
        assert.equal(await read(store, "Owner", owner), undefined, "nothing stands against the delete");
        assert.deepEqual([await store.count("Part"), await store.count("Guest", { hostId: owner })], [0, 0]);
      }
      assert.deepEqual(await problemsOf(store), []);
    }),
    behaviour("does not stand in the way of a reset, whatever refers to what", async ({ store }) => {
      await writeAll(store, [insert("Knot", "x", { nextId: "y" }), insert("Knot", "y", { nextId: "x" })]);
      await stock(store);
      await writeAll(store, [insert("Part", "p", { ownerId: "a" }), insert("Seal", "s", { partId: "p" })]);
      await writeAll(store, [insert("Guest", "g", { hostId: "a" }), insert("Pact", "t", { fromId: "a", toId: "b" })]);
      await store.reset();
      const types = ["Knot", "Owner", "Part", "Seal", "Guest", "Pact"];
      assert.deepEqual(await Promise.all(types.map((type) => store.count(type))), [0, 0, 0, 0, 0, 0]);
    }),
    behaviour("does not stand in the way of a reset of 12,000 records that hang together", async ({ store }) => {
      const knots = range(12_000).map((at) => insert("Knot", `k${at}`, { nextId: `k${(at + 1) % 12_000}` }));
      await writeAll(store, knots);
      await store.reset();
      assert.equal(await store.count("Knot"), 0);
    }),
  ],
};
