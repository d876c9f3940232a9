import assert from "node:assert/strict";

import type { JsonObject, WriteOp } from "@holdfast/core";

import { behaviour } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert, put, remove } from "../ops.ts";
import { failure } from "../refusal.ts";
import { findIds, range, read, readStored, save, show, writeAll } from "../shorthand.ts";

const different: readonly (readonly [JsonObject, JsonObject])[] = [
  [{ email: null }, { email: null }],
  [{}, {}],
  [{ email: "Ann" }, { email: "ann" }],
  [{ email: "é" }, { email: "e\u0301" }],
  [{ email: "ann" }, { email: "ann " }],
  [{ email: "\0" }, { email: "" }],
  [{ email: "\ud83d" }, { email: "\ufffd" }],
  [
    { region: "eu", seat: 1 },
    { region: "eu", seat: 2 },
  ],
  [
    { region: "eu", seat: null },
    { region: "eu", seat: null },
  ],
  [{ region: "us" }, { region: "us" }],
];
const equal: readonly (readonly [JsonObject, JsonObject])[] = [
  [{ email: "" }, { email: "" }],
  [{ email: "ann" }, { email: "ann", region: "x" }],
  [{ email: "a\0\ud83d" }, { email: "a\0\ud83d" }],
  [
    { region: "eu", seat: 0 },
    { region: "eu", seat: -0 },
  ],
];

export const uniqueness: Theme = {
  name: "unique indexes",
  behaviours: [
    behaviour("refuses a second record with the same value, and stores nothing of its batch", async ({ store }) => {
      for (const [at, [first, second]] of equal.entries()) {
        await save(store, "Account", `first-${at}`, first);
        const call = store.write([insert("Item", `beside-${at}`), insert("Account", `second-${at}`, second)]);
        const error = await failure(call);
        assert.equal(error.code, "UNIQUE_VIOLATION", show([first, second]));
        assert.deepEqual([error.retryable, error.outcome], [false, "none"]);
        assert.equal(await read(store, "Account", `second-${at}`), undefined);
        assert.equal(await read(store, "Item", `beside-${at}`), undefined);
        await writeAll(store, [remove("Account", `first-${at}`)]);
      }
    }),
    behaviour("says which type and fields it is about, and never which value", async ({ store }) => {
      await writeAll(store, [
        insert("Account", "first", { email: "a@b.example" }),
        insert("Account", "third", { region: "eu-secret", seat: 7 }),
      ]);
      for (const [id, body, fields] of [
        ["second", { email: "a@b.example" }, ["email"]],
        ["fourth", { region: "eu-secret", seat: 7 }, ["region", "seat"]],
      ] as const) {
        const { message, details } = await failure(store.write([insert("Account", id, body)]), "UNIQUE_VIOLATION");
        assert.deepEqual([details["type"], details["fields"]], ["Account", fields]);
        assert.doesNotMatch(message + JSON.stringify(details), /a@b|eu-secret/);
      }
    }),
    behaviour("takes records that differ in any way, and any number of nulls", async ({ store }) => {
      for (const [at, pair] of different.entries()) {
        for (const [which, body] of pair.entries()) await save(store, "Account", `pair-${at}-${which}`, body);
        await writeAll(store, [remove("Account", `pair-${at}-0`), remove("Account", `pair-${at}-1`)]);
      }
    }),
    behaviour("lets a record keep its own value", async ({ store }) => {
      await save(store, "Account", "own", { email: "own", region: "eu", seat: 1 });
      assert.equal((await save(store, "Account", "own", { email: "own", region: "eu", seat: 1 })).version, 2);
    }),
    behaviour("frees a value that was given up or deleted", async ({ store }) => {
      await writeAll(store, [insert("Account", "a", { email: "mail-a" }), insert("Account", "b", { email: "mail-b" })]);
      await save(store, "Account", "a", { email: "mail-new" });
      await writeAll(store, [remove("Account", "b")]);
      await writeAll(store, [insert("Account", "c", { email: "mail-a" }), insert("Account", "d", { email: "mail-b" })]);
    }),
    behaviour("refuses a change that takes another record's value, and keeps both as they were", async ({ store }) => {
      await writeAll(store, [insert("Account", "x", { email: "x" }), insert("Account", "y", { email: "y" })]);
      await failure(store.write([put("Account", "y", { email: "x" })]), "UNIQUE_VIOLATION");
      assert.deepEqual((await readStored(store, "Account", "y")).body, { email: "y" });
      assert.deepEqual((await readStored(store, "Account", "x")).body, { email: "x" });
    }),
    behaviour("refuses two records of one batch with the same value", async ({ store }) => {
      const ops = range(3).map((at) => insert("Account", `batch-${at}`, { email: at === 1 ? "other" : "same" }));
      await failure(store.write(ops), "UNIQUE_VIOLATION");
      assert.equal(await store.count("Account"), 0);
    }),
    behaviour(
      "judges what a batch leaves: its records may exchange their values, in either order",
      async ({ store }) => {
        const seats = (one: string, two: string): readonly WriteOp[] => [
          put("Account", "one", { email: one }),
          put("Account", "two", { email: two }),
        ];
        await writeAll(store, seats("a", "b"));
        await writeAll(store, seats("b", "a"));
        await writeAll(store, seats("a", "b").toReversed());
        assert.deepEqual(await findIds(store, { type: "Account", where: { email: "a" } }), ["one"]);
      },
    ),
    behaviour("counts tenants apart", async ({ store }) => {
      await save(store, "Account", "mine", { email: "shared" });
      await save(store.tenant(`${store.tenantName}-other`), "Account", "theirs", { email: "shared" });
    }),
    behaviour("holds for records that are restored", async ({ store }) => {
      const taken = await save(store, "Account", "holder", { email: "restored" });
      await failure(store.write([{ restore: { ...taken, id: "second", version: 3 } }]), "UNIQUE_VIOLATION");
      assert.equal(await read(store, "Account", "second"), undefined);
    }),
    behaviour("lets one of many writers through that want the same value", async ({ store }) => {
      const calls = range(20).map((at) => store.write([insert("Account", `racer-${at}`, { email: "prize" })]));
      const outcomes = await Promise.allSettled(calls);
      assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
      assert.equal(await store.count("Account", { email: "prize" }), 1);
    }),
  ],
};
