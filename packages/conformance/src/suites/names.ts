import assert from "node:assert/strict";

import type { Query } from "@holdfast/core";

import { anywhere, behaviour } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { check, insert, remove } from "../ops.ts";
import { failure } from "../refusal.ts";
import { findIds, range, read, readStored, save, show, wrongly, writeAll } from "../shorthand.ts";

const goodIds = [
  ..."a A 0 . .. / % _ ' \" ` $1 ? : ; -- \\ null undefined true NaN __proto__ constructor toString prototype".split(
    " ",
  ),
  ...' a|a |a b|  |\'; DROP TABLE x; --|1; DELETE FROM y|" OR ""="|%27|../../etc/passwd|${x}|{{x}}|<b>|a,b'.split("|"),
  ..."é e\u0301 \u00df ß SS ı İ \u200d \ufeff \u202e \ufffd \uffff \u{1f600} \u{10ffff} 日本 \u2028".split(" "),
  "a".repeat(512),
  "é".repeat(256),
  "\u{1f600}".repeat(128),
];
const badIds: readonly unknown[] = [
  "",
  "a".repeat(513),
  "é".repeat(257),
  `${"\u{1f600}".repeat(128)}a`,
  "\0",
  "a\0b",
  "line\nbreak",
  "\t",
  "\u007f",
  "\u0085",
  "\ud83d",
  "\ude00",
  "a\ud83db",
  1,
  0,
  NaN,
  true,
  null,
  undefined,
  {},
  [],
  ["a"],
  1n,
  Symbol("id"),
  new Date(0),
  Object("boxed"),
];
const badTypes: readonly unknown[] = [
  "",
  "1Job",
  "_Job",
  "Job-x",
  "Job x",
  "Job.x",
  "Jöb",
  'Job"',
  "Job'; DROP TABLE x",
  "sqlite_master",
  "pg_class",
  "PG_class",
  "holdfast_epoch",
  "a".repeat(49),
  "Job\0",
  "Job\n",
  1,
  null,
  undefined,
  {},
  ["Job"],
];
const badTenants: readonly unknown[] = [
  "",
  "a".repeat(65),
  "a b",
  "a.b",
  "a/b",
  "é",
  "a\0",
  "a\n",
  "'",
  "a'; --",
  "*",
  1,
  null,
  undefined,
  {},
  ["a"],
];

export const names: Theme = {
  name: "ids, types and tenants' names",
  behaviours: [
    anywhere("keeps every well-formed id apart and unchanged, up to 512 bytes", async ({ store }) => {
      const ids = [...new Set(goodIds)];
      await writeAll(
        store,
        ids.map((id, at) => insert("Item", id, { rank: at })),
      );
      const found = await store.get("Item", ids);
      assert.deepEqual(
        found.map((record) => [record?.id, record?.body["rank"]]),
        [...ids.entries()].map(([at, id]) => [id, at]),
      );
      for (const [at, id] of ids.entries())
        assert.deepEqual(await findIds(store, { type: "Item", where: { id } }), [id], `${at}`);
      await writeAll(
        store,
        ids.map((id) => remove("Item", id, 1)),
      );
      assert.equal(await store.count("Item"), 0);
    }),
    anywhere("refuses every other id, and never coerces one", async ({ store }) => {
      for (const id of badIds) {
        const bad = wrongly<string>(id);
        const at = `for ${typeof id} ${typeof id === "symbol" ? "" : show(id)}`;
        for (const call of [
          store.get("Item", [bad]),
          store.write([insert("Item", bad)]),
          store.write([remove("Item", bad)]),
          store.write([check("Item", bad, "absent")]),
        ]) {
          assert.equal((await failure(call)).code, "INVALID_ID", at);
        }
      }
      assert.equal(await store.count("Item"), 0);
    }),
    anywhere("refuses an id inside a transaction in the same way", async ({ store }) => {
      await store.transaction(async (session) => {
        await failure(session.get("Item", [""]), "INVALID_ID");
        await failure(session.write([insert("Item", "a\0")]), "INVALID_ID");
      });
    }),
    anywhere("stores types that no model declares, under any valid name", async ({ store }) => {
      const types = [
        "a",
        "Z",
        "a1_b2",
        "A".repeat(48),
        "Order",
        "select",
        "Table",
        "constructor",
        "__x".slice(2),
        "Item2",
      ];
      for (const type of types) await save(store, type, "only", { type });
      for (const type of types) assert.deepEqual((await readStored(store, type, "only")).body, { type });
    }),
    anywhere("keeps types apart whose names differ in case only", async ({ store }) => {
      await writeAll(store, [insert("Item", "cased", { in: "Item" }), insert("item", "cased", { in: "item" })]);
      await writeAll(store, [insert("ITEM", "cased", { in: "ITEM" }), remove("item", "cased")]);
      assert.deepEqual((await readStored(store, "Item", "cased")).body, { in: "Item" });
      assert.deepEqual((await readStored(store, "ITEM", "cased")).body, { in: "ITEM" });
      assert.equal(await read(store, "item", "cased"), undefined);
    }),
    anywhere("refuses a type's name that is none", async ({ store }) => {
      for (const type of badTypes) {
        const bad = wrongly<string>(type);
        const reads = [
          store.get(bad, ["x"]),
          store.find(wrongly<Query>({ type })),
          store.count(bad),
          store.countBy(bad, "id"),
        ];
        for (const call of reads) assert.equal((await failure(call)).code, "INVALID_QUERY", show(type));
        assert.equal((await failure(store.write([insert(bad, "x")]))).code, "INVALID_ENTITY", show(type));
      }
    }),
    behaviour("takes tenants' names of 1 to 64 letters, digits, _ and -", async ({ store }) => {
      for (const name of ["a", "A", "0", "-", "_", "Tenant-1_x", "t".repeat(64), "constructor", "__proto__", "null"]) {
        const view = store.tenant(name);
        assert.equal(view.tenantName, name);
        assert.equal((await save(view, "Named", `of-${name}`)).tenant, name);
        assert.deepEqual(await findIds(view, { type: "Named" }), [`of-${name}`]);
      }
    }),
    behaviour("refuses every other tenant's name", async ({ store }) => {
      for (const name of badTenants) {
        const call = Promise.resolve().then(() => store.tenant(wrongly<string>(name)));
        assert.equal((await failure(call)).code, "INVALID_ID", show(name));
      }
    }),
    anywhere("takes hostile text in fields and operands for what it is: text", async ({ store }) => {
      const texts = [
        "'; DROP TABLE Item; --",
        '"',
        "\\",
        "' OR '1'='1",
        "$1",
        ":name",
        "?",
        "%",
        "_",
        "a\\'b",
        "{}",
        "\x1a",
        "\r\n",
      ];
      await writeAll(
        store,
        texts.map((text, at) => insert("Item", `hostile-${at}`, { name: text })),
      );
      for (const at of range(texts.length)) {
        const name = texts[at] ?? "";
        assert.deepEqual(await findIds(store, { type: "Item", where: { name } }), [`hostile-${at}`], show(name));
      }
      assert.equal(await store.count("Item"), texts.length);
    }),
  ],
};
