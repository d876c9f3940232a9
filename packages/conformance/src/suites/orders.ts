import assert from "node:assert/strict";

import type { JsonObject, OrderBy, Scalar } from "@holdfast/core";

import { anywhere } from "../behaviour.ts";
import type { Behaviour, TenantSession, Theme } from "../behaviour.ts";
import { insert } from "../ops.ts";
import { failure } from "../refusal.ts";
import { findIds, range, save, show, wrongly, writeAll } from "../shorthand.ts";
import { comesBefore } from "../truth-table.ts";

const asc = (field: string): OrderBy => ({ field, direction: "asc" });
const desc = (field: string): OrderBy => ({ field, direction: "desc" });

const texts = [
  "b",
  "a",
  "B",
  "",
  " ",
  "é",
  "e\u0301",
  "z",
  "\0",
  "\x01",
  "a\0",
  "aa",
  "\ud7ff",
  "\ud83d",
  "\ude00",
  "\ue000",
];
const moreTexts = ["\uff5e", "\uffff", "\u{10000}", "\u{1f600}", "\u{10ffff}", "\ud7e0", "\ud7e3", "10", "9", "_", "%"];
const numbers = [
  5,
  -5,
  0,
  10,
  9,
  0.1,
  -0.1,
  1e21,
  1e-7,
  5e-324,
  -5e-324,
  1.7976931348623157e308,
  -1.7976931348623157e308,
  2 ** 53,
];

/** Two records with each value, with ids that do not follow the values, and two without one. */
function bodiesOf(field: string, values: readonly Scalar[]): ReadonlyMap<string, JsonObject> {
  const all = [...values, null, ...values, undefined];
  return new Map(
    all.map((value, at) => [`i${(at * 7) % 97}-${at}`, value === undefined ? { other: 1 } : { [field]: value }]),
  );
}

function inOrder(bodies: ReadonlyMap<string, JsonObject>, fields: readonly string[]): readonly string[] {
  return [...bodies]
    .sort(([a, bodyA], [b, bodyB]) => {
      for (const field of fields) {
        const sign = comesBefore(scalarOf(bodyA, field), scalarOf(bodyB, field));
        if (sign !== 0) return sign;
      }
      return comesBefore(a, b);
    })
    .map(([id]) => id);
}

function scalarOf(body: JsonObject, field: string): Scalar | undefined {
  const value = Object.hasOwn(body, field) ? body[field] : null;
  return typeof value === "object" ? null : value;
}

async function stock(store: TenantSession, bodies: ReadonlyMap<string, JsonObject>): Promise<void> {
  await writeAll(
    store,
    [...bodies].map(([id, body]) => insert("Item", id, body)),
  );
}

function sorts(what: string, field: string, values: readonly Scalar[]): Behaviour {
  return anywhere(`orders ${what}, null first, equal ones by id, and the other way round`, async ({ store }) => {
    const bodies = bodiesOf(field, values);
    await stock(store, bodies);
    const expected = inOrder(bodies, [field]);
    assert.deepEqual(await findIds(store, { type: "Item", orderBy: [asc(field)] }), expected);
    assert.deepEqual(await findIds(store, { type: "Item", orderBy: [desc(field)] }), expected.toReversed());
  });
}

export const orders: Theme = {
  name: "orders",
  behaviours: [
    sorts("strings by code point", "name", [...texts, ...moreTexts]),
    sorts("strings by code point, also where no index keeps the order", "constructor", [...texts, ...moreTexts]),
    sorts("numbers by value", "rank", numbers),
    sorts("false before true", "done", [true, false]),
    anywhere(
      "orders by insertion where nothing is said, whatever the ids and however they were written",
      async ({ store }) => {
        await save(store, "Note", "m");
        await writeAll(store, [insert("Note", "z"), insert("Note", "a")]);
        await store.transaction(async (session) => {
          await save(session, "Note", "k");
          await save(session, "Note", "b");
        });
        await save(store, "Note", "m");
        const ids = ["m", "z", "a", "k", "b"];
        assert.deepEqual(await findIds(store, { type: "Note" }), ids);
        assert.deepEqual(await findIds(store, { type: "Note", orderBy: [] }), ids);
        assert.deepEqual(await findIds(store, { type: "Note", orderBy: [desc("createdAt")] }), ids.toReversed());
      },
    ),
    anywhere("orders by id, version and time of the last write", async ({ store }) => {
      await writeAll(store, [insert("Note", "c"), insert("Note", "a"), insert("Note", "b")]);
      await save(store, "Note", "c");
      assert.deepEqual(await findIds(store, { type: "Note", orderBy: [asc("id")] }), ["a", "b", "c"]);
      assert.deepEqual(await findIds(store, { type: "Note", orderBy: [desc("id")] }), ["c", "b", "a"]);
      assert.deepEqual(await findIds(store, { type: "Note", orderBy: [desc("version")] }), ["c", "b", "a"]);
      assert.deepEqual(await findIds(store, { type: "Note", orderBy: [asc("updatedAt")] }), ["a", "b", "c"]);
    }),
    anywhere("orders ids by code point", async ({ store }) => {
      const ids = ["a", "B", "b", "é", "~", "\uff5e", "\u{1f600}", "\u{10ffff}", "Z", "10", "9"];
      await writeAll(
        store,
        ids.map((id) => insert("Note", id)),
      );
      assert.deepEqual(await findIds(store, { type: "Note", orderBy: [asc("id")] }), ids.toSorted(comesBefore));
    }),
    anywhere("orders by several fields in turn", async ({ store }) => {
      const bodies = new Map(
        range(24).map((at) => [
          `s${(at * 5) % 24}`,
          { status: ["b", "a", null][at % 3] ?? null, rank: [2, 1][at % 2] ?? 0, done: at % 4 < 2 },
        ]),
      );
      await stock(store, bodies);
      for (const fields of [
        ["status", "rank"],
        ["rank", "status"],
        ["done", "rank", "status"],
        ["status", "id"],
      ]) {
        const expected = inOrder(bodies, fields);
        assert.deepEqual(await findIds(store, { type: "Item", orderBy: fields.map(asc) }), expected, show(fields));
        assert.deepEqual(await findIds(store, { type: "Item", orderBy: fields.map(desc) }), expected.toReversed());
      }
    }),
    anywhere("mixes directions along a declared index, and refuses it elsewhere", async ({ store }) => {
      await writeAll(store, [
        insert("Item", "p", { status: "a", rank: 1 }),
        insert("Item", "q", { status: "a", rank: 2 }),
      ]);
      await writeAll(store, [insert("Item", "r", { status: "b", rank: 1 }), insert("Item", "s", { rank: 3 })]);
      const up = await findIds(store, { type: "Item", orderBy: [asc("status"), desc("rank")] });
      assert.deepEqual(up, ["s", "q", "p", "r"]);
      assert.deepEqual(await findIds(store, { type: "Item", orderBy: [desc("status"), asc("rank")] }), [
        "r",
        "p",
        "q",
        "s",
      ]);
      const elsewhere = [asc("rank"), desc("status")];
      await failure(store.find({ type: "Item", orderBy: elsewhere }), "INVALID_QUERY");
    }),
    anywhere("refuses an order that is none", async ({ store }) => {
      const bad: readonly unknown[] = [
        "rank",
        { field: "rank" },
        ["rank"],
        [null],
        [{}],
        [{ field: 1 }],
        [{ field: "rank", direction: "up" }],
        [{ field: "rank", direction: "ASC" }],
        [asc("rank"), desc("rank")],
        [asc("rank"), asc("rank")],
        null,
      ];
      for (const orderBy of bad) {
        const call = store.find({ type: "Item", orderBy: wrongly<OrderBy[]>(orderBy) });
        assert.equal((await failure(call)).code, "INVALID_QUERY", show(orderBy));
      }
    }),
  ],
};
