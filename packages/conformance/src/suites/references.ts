import assert from "node:assert/strict";

import type { WriteOp } from "@holdfast/core";

import { behaviour } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert, put, remove } from "../ops.ts";
import { failure } from "../refusal.ts";
import { findIds, read, readStored, save, writeAll } from "../shorthand.ts";

export const references: Theme = {
  name: "references",
  behaviours: [
    behaviour("takes a child of a stored parent, of null and of nothing", async ({ store }) => {
      await writeAll(store, [insert("Parent", "p")]);
      await writeAll(store, [
        insert("Child", "a", { parentId: "p" }),
        insert("Child", "b", { parentId: null }),
        insert("Child", "c"),
      ]);
      assert.deepEqual(await findIds(store, { type: "Child", where: { parentId: "p" } }), ["a"]);
    }),
    behaviour("refuses a child of no parent, and stores nothing of its batch", async ({ store }) => {
      const error = await failure(
        store.write([insert("Item", "beside"), insert("Child", "orphan", { parentId: "none" })]),
        "REFERENCE_VIOLATION",
      );
      assert.deepEqual([error.retryable, error.outcome], [false, "none"]);
      assert.equal(await read(store, "Child", "orphan"), undefined);
      assert.equal(await read(store, "Item", "beside"), undefined);
    }),
    behaviour("says which type refers by which field to what is not there", async ({ store }) => {
      await writeAll(store, [insert("Parent", "p"), insert("Child", "c", { parentId: "p" })]);
      const orphan = insert("Child", "orphan", { parentId: "none" });
      const calls = [
        () => store.write([insert("Child", "fine", { parentId: "p" }), orphan]),
        () => store.transaction((session) => writeAll(session, [insert("Item", "beside"), orphan])),
        () => store.tenant(`${store.tenantName}-other`).write([orphan]),
      ];
      for (const call of calls) {
        const { details } = await failure(call(), "REFERENCE_VIOLATION");
        assert.deepEqual([details["type"], details["field"]], ["Child", "parentId"]);
      }
    }),
    behaviour("refuses a change to a parent that is none, and keeps the child as it was", async ({ store }) => {
      await writeAll(store, [insert("Parent", "p"), insert("Child", "c", { parentId: "p" })]);
      await failure(store.write([put("Child", "c", { parentId: "none" })]), "REFERENCE_VIOLATION");
      assert.deepEqual((await readStored(store, "Child", "c")).body, { parentId: "p" });
    }),
    behaviour("takes parent and child in one batch, in either order", async ({ store }) => {
      await writeAll(store, [insert("Child", "c1", { parentId: "p1" }), insert("Parent", "p1")]);
      await writeAll(store, [insert("Parent", "p2"), insert("Child", "c2", { parentId: "p2" })]);
      assert.equal(await store.count("Child"), 2);
    }),
    behaviour("asks for the parent when the transaction commits, not before", async ({ store }) => {
      await store.transaction(async (session) => {
        await writeAll(session, [insert("Child", "early", { parentId: "late" })]);
        await session.transaction((inner) => save(inner, "Child", "nested", { parentId: "late" }));
        await writeAll(session, [insert("Parent", "late")]);
      });
      assert.equal(await store.count("Child", { parentId: "late" }), 2);
      const call = store.transaction(async (session) => {
        await writeAll(session, [insert("Child", "orphan", { parentId: "never" }), insert("Item", "beside")]);
        return "done";
      });
      await failure(call, "REFERENCE_VIOLATION");
      assert.deepEqual(
        [await read(store, "Child", "orphan"), await read(store, "Item", "beside")],
        [undefined, undefined],
      );
    }),
    behaviour("does not count what a savepoint undid", async ({ store }) => {
      await store.transaction(async (session) => {
        const undone = session.transaction(async (inner) => {
          await writeAll(inner, [insert("Child", "undone", { parentId: "never" })]);
          throw new TypeError("undo");
        });
        await assert.rejects(undone, TypeError);
        await save(session, "Item", "fine");
      });
      assert.deepEqual(await findIds(store, { type: "Item" }), ["fine"]);
    }),
    behaviour("refuses to delete a parent that has children, and keeps both", async ({ store }) => {
      await writeAll(store, [insert("Parent", "p"), insert("Child", "c", { parentId: "p" })]);
      await failure(store.write([remove("Parent", "p")]), "REFERENCE_VIOLATION");
      assert.equal((await readStored(store, "Parent", "p")).version, 1);
      assert.equal((await readStored(store, "Child", "c")).version, 1);
    }),
    behaviour("deletes a parent with its children, in either order, and one whose children left", async ({ store }) => {
      for (const id of ["a", "b", "c"])
        await writeAll(store, [insert("Parent", id), insert("Child", id, { parentId: id })]);
      await writeAll(store, [remove("Parent", "a"), remove("Child", "a")]);
      await writeAll(store, [remove("Child", "b"), remove("Parent", "b")]);
      await writeAll(store, [put("Child", "c", { parentId: null })]);
      await writeAll(store, [remove("Parent", "c")]);
      assert.deepEqual([await store.count("Parent"), await store.count("Child")], [0, 1]);
    }),
    behaviour(
      "refuses a tombstone that is restored over a parent, unless its children go with it",
      async ({ store }) => {
        await writeAll(store, [insert("Parent", "p"), insert("Child", "a", { parentId: "p" })]);
        const buried = (type: string, id: string): WriteOp => {
          return { restore: { type, tenant: store.tenantName, id, version: 2, deleted: 1 } };
        };
        await failure(store.write([buried("Parent", "p")]), "REFERENCE_VIOLATION");
        assert.equal((await readStored(store, "Parent", "p")).version, 1);
        await writeAll(store, [buried("Parent", "p"), buried("Child", "a")]);
        assert.equal(await read(store, "Child", "a"), undefined);
      },
    ),
    behaviour("refuses a child of a parent in another tenant", async ({ store }) => {
      await writeAll(store.tenant(`${store.tenantName}-other`), [insert("Parent", "theirs")]);
      await failure(store.write([insert("Child", "c", { parentId: "theirs" })]), "REFERENCE_VIOLATION");
    }),
    behaviour("refuses a child of a deleted parent, and takes it once that is created again", async ({ store }) => {
      await writeAll(store, [insert("Parent", "p")]);
      await writeAll(store, [remove("Parent", "p")]);
      await failure(store.write([insert("Child", "c", { parentId: "p" })]), "REFERENCE_VIOLATION");
      await writeAll(store, [insert("Parent", "p"), insert("Child", "c", { parentId: "p" })]);
      assert.equal((await readStored(store, "Child", "c")).version, 1);
    }),
    behaviour("tells ids of parents apart by each letter", async ({ store }) => {
      await writeAll(store, [insert("Parent", "é"), insert("Parent", "Ann")]);
      for (const parentId of ["e\u0301", "ann", "Ann ", "", "\0"]) {
        await failure(store.write([insert("Child", "c", { parentId })]), "REFERENCE_VIOLATION");
      }
      await writeAll(store, [insert("Child", "c1", { parentId: "é" }), insert("Child", "c2", { parentId: "Ann" })]);
    }),
    behaviour("takes anything in a reference that is not enforced", async ({ store }) => {
      await writeAll(store, [insert("Child", "loose", { looseId: "nobody" }), insert("Parent", "p")]);
      await writeAll(store, [put("Child", "loose", { looseId: "p" }), remove("Parent", "p")]);
      assert.deepEqual((await readStored(store, "Child", "loose")).body, { looseId: "p" });
    }),
    behaviour("leaves no orphan where deletes of a parent and births of its children meet", async ({ store }) => {
      for (const round of ["r1", "r2", "r3", "r4", "r5"]) {
        await writeAll(store, [insert("Parent", round)]);
        await Promise.allSettled([
          store.write([insert("Child", `${round}-1`, { parentId: round })]),
          store.write([remove("Parent", round)]),
          store.transaction((session) => session.write([insert("Child", `${round}-2`, { parentId: round })])),
        ]);
        const parents = await store.count("Parent", { id: round });
        const children = await store.count("Child", { parentId: round });
        assert.ok(parents === 1 || children === 0, `${children} orphans of ${round}`);
      }
    }),
    behaviour("fails one write alone among many started together, for want of its parent", async ({ store }) => {
      await writeAll(store, [insert("Parent", "p")]);
      const fine = ["c1", "c2", "c3"].map((id) => store.write([insert("Child", id, { parentId: "p" })]));
      const orphan = failure(store.write([insert("Child", "c4", { parentId: "none" })]), "REFERENCE_VIOLATION");
      await Promise.all([...fine, orphan]);
      assert.deepEqual(new Set(await findIds(store, { type: "Child" })), new Set(["c1", "c2", "c3"]));
    }),
  ],
};
