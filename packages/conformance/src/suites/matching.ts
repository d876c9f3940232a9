import assert from "node:assert/strict";

import type { JsonObject, Match } from "@holdfast/core";

import { anywhere } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert, put, putMatching } from "../ops.ts";
import { answers, failure } from "../refusal.ts";
import { fieldOf, range, read, save, show } from "../shorthand.ts";

interface MatchCase {
  readonly stored: JsonObject;
  readonly match: Match;
  readonly fits: boolean;
}

const cases: readonly MatchCase[] = [
  { stored: { status: "awaiting" }, match: { status: "awaiting" }, fits: true },
  { stored: { status: "awaiting" }, match: { status: "Awaiting" }, fits: false },
  { stored: { status: "awaiting " }, match: { status: "awaiting" }, fits: false },
  { stored: { status: "" }, match: { status: null }, fits: false },
  { stored: { status: null }, match: { status: null }, fits: true },
  { stored: {}, match: { status: null }, fits: true },
  { stored: {}, match: { status: "awaiting" }, fits: false },
  { stored: {}, match: { constructor: null }, fits: true },
  { stored: { done: false }, match: { done: false }, fits: true },
  { stored: { done: false }, match: { done: null }, fits: false },
  { stored: { rank: 0.1 }, match: { rank: 0.1 }, fits: true },
  { stored: { rank: 0 }, match: { rank: -0 }, fits: true },
  { stored: { rank: 1 }, match: { rank: "1" }, fits: false },
  { stored: { done: true }, match: { done: 1 }, fits: false },
  { stored: { status: "a\0b" }, match: { status: "a\0b" }, fits: true },
  { stored: { status: "a\0b" }, match: { status: "a\0c" }, fits: false },
  { stored: { status: "\ud83d" }, match: { status: "\ud83d" }, fits: true },
  { stored: { status: "\ud83d" }, match: { status: "\ufffd" }, fits: false },
  { stored: { status: "s", rank: 2 }, match: { status: "s", rank: 2 }, fits: true },
  { stored: { status: "s", rank: 2 }, match: { status: "s", rank: 3 }, fits: false },
  { stored: { status: "s" }, match: {}, fits: true },
];

export const matching: Theme = {
  name: "match",
  behaviours: [
    anywhere(
      "writes where the indexed fields hold what was said, and refuses with the record where not",
      async ({ store }) => {
        for (const [at, { stored, match, fits }] of cases.entries()) {
          const id = `case-${at}`;
          const before = await save(store, "Item", id, stored);
          const [result] = await store.write([putMatching("Item", id, { name: "written" }, match)]);
          assert.equal(
            result?.ok === true ? "ok" : result?.why,
            fits ? "ok" : "match",
            `${show(stored)} and ${show(match)}`,
          );
          assert.equal(await fieldOf(store, "Item", id, "name"), fits ? "written" : undefined);
          if (!fits) assert.deepEqual(result?.record, before);
        }
      },
    ),
    anywhere("matches no record that is not stored", async ({ store }) => {
      const results = await store.write([putMatching("Item", "none", {}, { status: null })]);
      assert.deepEqual(answers(results), ["match"]);
      assert.equal(await read(store, "Item", "none"), undefined);
    }),
    anywhere("asks for the version first, where both are said", async ({ store }) => {
      await save(store, "Item", "both", { status: "a" });
      const results = await store.write([putMatching("Item", "both", {}, { status: "b" }, 9)]);
      assert.deepEqual(answers(results), ["version"]);
    }),
    anywhere("undoes the whole batch where one op does not match", async ({ store }) => {
      await save(store, "Item", "of-batch", { status: "a" });
      const results = await store.write([
        insert("Item", "beside"),
        putMatching("Item", "of-batch", {}, { status: "b" }),
      ]);
      assert.deepEqual(answers(results), ["batch", "match"]);
      assert.equal(await read(store, "Item", "beside"), undefined);
    }),
    anywhere("compares with what earlier ops of the same batch wrote", async ({ store }) => {
      await save(store, "Item", "chain", { status: "a" });
      const results = await store.write([
        putMatching("Item", "chain", { status: "b" }, { status: "a" }),
        putMatching("Item", "chain", { status: "c" }, { status: "b" }),
      ]);
      assert.deepEqual(answers(results), ["ok", "ok"]);
      assert.equal(await fieldOf(store, "Item", "chain", "status"), "c");
    }),
    anywhere("lets one of many writers through that expect the same status", async ({ store }) => {
      await save(store, "Item", "race", { status: "awaiting" });
      const results = await Promise.all(
        range(50).map((rank) =>
          store.write([putMatching("Item", "race", { status: "taken", rank }, { status: "awaiting" })]),
        ),
      );
      const winners = results.flatMap(([result], at) => (result?.ok === true ? [at] : []));
      assert.equal(winners.length, 1, `winners: ${show(winners)}`);
      assert.equal(await fieldOf(store, "Item", "race", "rank"), winners[0]);
    }),
    anywhere("refuses a field that is not indexed", async ({ store }) => {
      await save(store, "Item", "unindexed", { plain: 1 });
      await failure(store.write([putMatching("Item", "unindexed", {}, { plain: 1 })]), "FIELD_NOT_INDEXED");
      await failure(store.write([putMatching("Undeclared", "x", {}, { status: "a" })]), "FIELD_NOT_INDEXED");
      await failure(store.write([putMatching("Item", "x", {}, { ["__proto__"]: 1 })]), "FIELD_NOT_INDEXED");
    }),
    anywhere("compares inside a transaction with the transaction's own writes", async ({ store }) => {
      await save(store, "Item", "inside", { status: "a" });
      const results = await store.transaction(async (session) => {
        await session.write([put("Item", "inside", { status: "b" })]);
        return [
          ...(await session.write([putMatching("Item", "inside", { status: "c" }, { status: "a" })])),
          ...(await session.write([putMatching("Item", "inside", { status: "d" }, { status: "b" })])),
        ];
      });
      assert.deepEqual(answers(results), ["match", "ok"]);
      assert.equal(await fieldOf(store, "Item", "inside", "status"), "d");
    }),
  ],
};
