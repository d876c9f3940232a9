import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";

import type { JsonObject } from "@holdfast/core";

import { anywhere } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert, put } from "../ops.ts";
import { failure } from "../refusal.ts";
import { findIds, range, read, save, show, wrongly, writeAll } from "../shorthand.ts";

const wrongKinds: Readonly<Record<string, readonly unknown[]>> = {
  name: [0, 1, true, {}, [], ["text"]],
  rank: ["1", "", true, {}, [1]],
  done: [0, 1, "true", {}, []],
};

export const indexedFields: Theme = {
  name: "indexed fields",
  behaviours: [
    anywhere("refuses a value of another kind, says which field, and stores nothing", async ({ store }) => {
      for (const [field, wrong] of Object.entries(wrongKinds)) {
        for (const value of wrong) {
          const error = await failure(store.write([put("Item", "wrong", wrongly({ [field]: value }))]));
          assert.equal(error.code, "INVALID_ENTITY", `${field}: ${show(value)}`);
          assert.deepEqual(error.details["path"], [field]);
        }
      }
      assert.equal(await read(store, "Item", "wrong"), undefined);
    }),
    anywhere("takes null and nothing at all in every indexed field", async ({ store }) => {
      await save(store, "Item", "nulls", { name: null, rank: null, done: null });
      await save(store, "Item", "nothing");
      const where = { name: null, rank: null, done: null, constructor: null };
      assert.deepEqual(await findIds(store, { type: "Item", where }), ["nulls", "nothing"]);
    }),
    anywhere("asks only top-level fields of the document itself", async ({ store }) => {
      await save(store, "Item", "nested", { inner: { name: "deep" }, list: ["deep"] });
      await save(store, "Item", "plain", { constructor: "own" });
      assert.deepEqual(await findIds(store, { type: "Item", where: { name: "deep" } }), []);
      assert.deepEqual(await findIds(store, { type: "Item", where: { constructor: { exists: true } } }), ["plain"]);
    }),
    anywhere(
      "stores any value in fields that are not indexed, and in types that no model declares",
      async ({ store }) => {
        await save(store, "Item", "free", { note: 1 });
        await save(store, "Item", "free", { note: "text" });
        await save(store, "Undeclared", "free", { name: 1, rank: "text", done: {} });
        assert.deepEqual((await read(store, "Undeclared", "free"))?.body, { name: 1, rank: "text", done: {} });
      },
    ),
    anywhere("finds a record by its new values only, once it was changed", async ({ store }) => {
      await save(store, "Item", "moving", { name: "before", rank: 1, done: false });
      await save(store, "Item", "moving", { name: "after", done: true });
      assert.equal(await store.count("Item", { or: [{ name: "before" }, { rank: 1 }, { done: false }] }), 0);
      assert.deepEqual(await findIds(store, { type: "Item", where: { name: "after", rank: null, done: true } }), [
        "moving",
      ]);
    }),
    anywhere("finds a record by what changed and by what stayed, whichever fields change", async ({ store }) => {
      const [old, changed] = [
        { name: "old", rank: 1, done: null },
        { name: null, rank: 2.5, done: true },
      ];
      const subsets = range(8).map((bits): JsonObject => ({
        name: (bits & 1) === 0 ? old.name : changed.name,
        rank: (bits & 2) === 0 ? old.rank : changed.rank,
        done: (bits & 4) === 0 ? old.done : changed.done,
      }));
      for (const many of [true, false]) {
        const id = (at: number): string => `${many ? "many" : "lone"}-${at}`;
        await writeAll(
          store,
          subsets.map((_after, at) => insert("Item", id(at), old)),
        );
        const ops = subsets.map((after, at) => put("Item", id(at), after, at % 2 === 0 ? 1 : "any"));
        if (many) await writeAll(store, ops);
        else for (const op of ops) await writeAll(store, [op]);
        for (const after of subsets) {
          const expected = subsets.flatMap((each, at) => (isDeepStrictEqual(each, after) ? [id(at)] : []));
          const where = { ...after, id: { startsWith: many ? "many" : "lone" } };
          assert.deepEqual(await findIds(store, { type: "Item", where }), expected, show(where));
        }
      }
    }),
    anywhere("takes 512 bytes of UTF-8 in an indexed string, and refuses one more", async ({ store }) => {
      for (const [at, name] of ["a".repeat(512), "é".repeat(256), "\u{1f600}".repeat(128)].entries()) {
        await save(store, "Item", `long-${at}`, { name });
        assert.deepEqual(await findIds(store, { type: "Item", where: { name } }), [`long-${at}`]);
        const error = await failure(
          store.write([put("Item", "longer", { name: `${name}a` })]),
          "INDEX_VALUE_TOO_LARGE",
        );
        assert.deepEqual(error.details["path"], ["name"]);
      }
      assert.equal(await read(store, "Item", "longer"), undefined);
    }),
    anywhere("takes long strings in fields that are not indexed", async ({ store }) => {
      await save(store, "Item", "long-note", { note: "a".repeat(100_000) });
      await save(store, "Undeclared", "long-note", { name: "a".repeat(100_000) });
      assert.equal((await read(store, "Item", "long-note"))?.version, 1);
    }),
    anywhere("keeps index and document together when a batch is undone", async ({ store }) => {
      await save(store, "Item", "steady", { name: "kept" });
      await store.write([put("Item", "steady", { name: "undone" }), put("Item", "none", {}, "present")]);
      assert.deepEqual(await findIds(store, { type: "Item", where: { name: "kept" } }), ["steady"]);
      assert.equal(await store.count("Item", { name: "undone" }), 0);
    }),
    anywhere("refuses a query on a field that is not indexed, and says how to declare it", async ({ store }) => {
      const error = await failure(store.find({ type: "Item", where: { color: "red" } }), "FIELD_NOT_INDEXED");
      assert.match(error.message, /color/);
      assert.match(error.message, /index/);
      for (const field of ["Name", "name ", "body", "tenant", "_id", "toString", 'name"', "name; --", "a.b", ""]) {
        const query = { type: "Item", where: { [field]: { eq: 1 } } };
        assert.equal((await failure(store.find(query))).code, "FIELD_NOT_INDEXED", show(field));
      }
      await failure(store.find({ type: "Item", where: { ["__proto__"]: "x" } }), "FIELD_NOT_INDEXED");
    }),
    anywhere("refuses such a field in an order, a count and a count by value", async ({ store }) => {
      await failure(store.find({ type: "Item", orderBy: [{ field: "color", direction: "asc" }] }), "FIELD_NOT_INDEXED");
      await failure(store.count("Item", { not: { or: [{ color: null }] } }), "FIELD_NOT_INDEXED");
      await failure(store.countBy("Item", "color"), "FIELD_NOT_INDEXED");
      await failure(store.countBy("Item", "name", { color: 1 }), "FIELD_NOT_INDEXED");
    }),
    anywhere("queries types that no model declares by id, version and times alone", async ({ store }) => {
      await writeAll(store, [insert("Undeclared", "u1", { name: "x" }), insert("Undeclared", "u2", { name: "y" })]);
      await save(store, "Undeclared", "u2");
      assert.deepEqual(await findIds(store, { type: "Undeclared", where: { id: { gt: "u1" } } }), ["u2"]);
      assert.deepEqual(await findIds(store, { type: "Undeclared", where: { version: 1 } }), ["u1"]);
      await failure(store.find({ type: "Undeclared", where: { name: "x" } }), "FIELD_NOT_INDEXED");
    }),
  ],
};
