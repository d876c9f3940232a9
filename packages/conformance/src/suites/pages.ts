import assert from "node:assert/strict";

import type { Query } from "@holdfast/core";

import { anywhere, persistent } from "../behaviour.ts";
import type { Behaviour, TenantSession, Theme } from "../behaviour.ts";
import { insert, remove } from "../ops.ts";
import { failure } from "../refusal.ts";
import { findIds, range, save, show, wrongly, writeAll } from "../shorthand.ts";
import { walkBack, walkForward } from "../walk.ts";

const size = 23;

/** Values with ties and nulls in every indexed field, under ids that follow none of them. */
async function stock(store: TenantSession): Promise<void> {
  const bodyOf = (at: number) => ({
    status: at % 5 === 0 ? null : (["a", "b", "\u{1f600}", "\ud83d"][at % 4] ?? null),
    rank: at % 7 === 0 ? null : at % 3,
    done: at % 2 === 0,
    name: at % 6 === 0 ? "" : `n\0${at % 4}`,
  });
  await writeAll(
    store,
    range(size).map((at) => insert("Item", `p${String((at * 11) % size).padStart(2, "0")}`, bodyOf(at))),
  );
  await save(store, "Item", "p03", bodyOf(3));
  await save(store, "Item", "p19", bodyOf(4));
}

const walked: readonly (readonly [what: string, query: Omit<Query, "type">])[] = [
  ["in the order of insertion", {}],
  ["by a field with ties and nulls", { orderBy: [{ field: "rank", direction: "asc" }] }],
  ["by such a field, falling", { orderBy: [{ field: "rank", direction: "desc" }] }],
  [
    "by two fields",
    {
      orderBy: [
        { field: "status", direction: "asc" },
        { field: "rank", direction: "asc" },
      ],
    },
  ],
  [
    "by an index in mixed directions",
    {
      orderBy: [
        { field: "status", direction: "asc" },
        { field: "rank", direction: "desc" },
      ],
    },
  ],
  ["by strings with U+0000", { orderBy: [{ field: "name", direction: "desc" }] }],
  ["by booleans", { orderBy: [{ field: "done", direction: "desc" }] }],
  ["by id, falling", { orderBy: [{ field: "id", direction: "desc" }] }],
  ["by version", { orderBy: [{ field: "version", direction: "desc" }] }],
  ["by the time of the last write", { orderBy: [{ field: "updatedAt", direction: "desc" }] }],
  [
    "under a condition",
    { where: { or: [{ done: true }, { rank: null }] }, orderBy: [{ field: "name", direction: "asc" }] },
  ],
];

export const pages: Theme = {
  name: "pages",
  behaviours: [
    ...walked.map(([what, query]) => walks(what, query)),
    anywhere("gives no next token behind the last record, and none before the first", async ({ store }) => {
      await writeAll(
        store,
        range(6).map((at) => insert("Note", `n${at}`)),
      );
      const first = await store.find({ type: "Note", limit: 3 });
      assert.equal(first.previous, undefined);
      const last = await store.find({ type: "Note", limit: 3, after: first.next ?? "" });
      assert.deepEqual([last.records.length, last.next], [3, undefined]);
      const all = await store.find({ type: "Note", limit: 6 });
      assert.deepEqual([all.records.length, all.next, all.previous], [6, undefined, undefined]);
      assert.deepEqual(await store.find({ type: "Nothing" }), { records: [] });
    }),
    anywhere(
      "neither repeats nor skips a record while others come and go before and behind the place",
      async ({ store }) => {
        await writeAll(
          store,
          range(10).map((at) => insert("Item", `k${at}`, { rank: at * 10 })),
        );
        const query: Query = { type: "Item", orderBy: [{ field: "rank", direction: "asc" }], limit: 4 };
        const first = await store.find(query);
        await writeAll(store, [insert("Item", "early", { rank: 5 }), remove("Item", "k1"), remove("Item", "k5")]);
        await writeAll(store, [insert("Item", "late", { rank: 65 }), insert("Item", "tie", { rank: 30 })]);
        const rest = await walkFrom(store, query, first.next);
        assert.deepEqual(rest, ["tie", "k4", "k6", "late", "k7", "k8", "k9"]);
      },
    ),
    anywhere("goes on from a record that was deleted meanwhile, both ways", async ({ store }) => {
      await writeAll(
        store,
        range(9).map((at) => insert("Note", `d${at}`)),
      );
      const first = await store.find({ type: "Note", limit: 3 });
      const second = await store.find({ type: "Note", limit: 3, after: first.next ?? "" });
      await writeAll(store, [remove("Note", "d2"), remove("Note", "d3")]);
      assert.deepEqual(await findIds(store, { type: "Note", limit: 3, after: first.next ?? "" }), ["d4", "d5", "d6"]);
      assert.deepEqual(await findIds(store, { type: "Note", limit: 3, before: second.previous ?? "" }), ["d0", "d1"]);
    }),
    anywhere("moves a record that changes its place, and no other", async ({ store }) => {
      await writeAll(
        store,
        range(6).map((at) => insert("Item", `m${at}`, { rank: at })),
      );
      const query: Query = { type: "Item", orderBy: [{ field: "rank", direction: "asc" }], limit: 2 };
      const first = await store.find(query);
      await save(store, "Item", "m0", { rank: 9 });
      await save(store, "Item", "m5", { rank: -1 });
      assert.deepEqual(await walkFrom(store, query, first.next), ["m2", "m3", "m4", "m0"]);
    }),
    anywhere("keeps a record in its place that changes in what the order names behind the id", async ({ store }) => {
      await writeAll(
        store,
        range(3).map((at) => insert("Item", `b${at}`, { rank: 5 })),
      );
      for (const [rank, direction] of [
        [9, "asc"],
        [1, "desc"],
      ] as const) {
        const orderBy = [{ field: "id", direction } as const, { field: "rank", direction } as const];
        const query: Query = { type: "Item", orderBy, limit: 2 };
        const first = await store.find(query);
        await save(store, "Item", "b1", { rank });
        assert.deepEqual(await walkFrom(store, query, first.next), [direction === "asc" ? "b2" : "b0"]);
      }
    }),
    anywhere(
      "gives pages of 1 to 10,000 records, 100 where nothing is said, and refuses other limits",
      async ({ store }) => {
        await writeAll(
          store,
          range(150).map((at) => insert("Note", `l${at}`)),
        );
        assert.equal((await store.find({ type: "Note" })).records.length, 100);
        assert.equal((await store.find({ type: "Note", limit: 1 })).records.length, 1);
        assert.equal((await store.find({ type: "Note", limit: 10_000 })).records.length, 150);
        for (const limit of [0, -1, 10_001, 1.5, NaN, Infinity, "10", null, true, {}]) {
          const call = store.find({ type: "Note", limit: wrongly<number>(limit) });
          assert.equal((await failure(call)).code, "INVALID_QUERY", show(limit));
        }
      },
    ),
    anywhere("leaves the bodies out on request, and nothing else", async ({ store }) => {
      const stored = await save(store, "Item", "slim", { name: "slim" });
      const { records } = await store.find({ type: "Item", where: { name: "slim" }, omit: "body" });
      assert.deepEqual(records, [{ ...stored, body: {} }]);
      await failure(store.find({ type: "Item", omit: wrongly<"body">("id") }), "INVALID_QUERY");
    }),
    anywhere("works inside a transaction, over its own writes", async ({ store }) => {
      await writeAll(
        store,
        range(4).map((at) => insert("Item", `w${at}`, { rank: at * 10 })),
      );
      const query: Query = { type: "Item", orderBy: [{ field: "rank", direction: "asc" }], limit: 2 };
      const found = await store.transaction(async (session) => {
        await writeAll(session, [insert("Item", "own", { rank: 15 }), remove("Item", "w2")]);
        return [await walkForward(session, query), await walkBack(session, query)];
      });
      assert.deepEqual(found, [
        ["w0", "w1", "own", "w3"],
        ["w0", "w1", "own", "w3"],
      ]);
    }),
    persistent("goes on from a token after the store was closed and opened again", async ({ open, reopen }) => {
      await using store = await open();
      await writeAll(
        store,
        range(7).map((at) => insert("Item", `r${at}`, { rank: at % 2 })),
      );
      const query: Query = { type: "Item", orderBy: [{ field: "rank", direction: "desc" }], limit: 3 };
      const first = await store.find(query);
      const rest = await walkFrom(store, query, first.next);
      await store.close();
      await using again = await reopen(store);
      assert.deepEqual(await walkFrom(again, query, first.next), rest);
    }),
  ],
};

function walks(what: string, query: Omit<Query, "type">): Behaviour {
  return anywhere(`gives every record once, forward and back, ${what}`, async ({ store }) => {
    await stock(store);
    const whole = await findIds(store, { type: "Item", ...query });
    assert.ok(whole.length > 7, "there is something to walk over");
    for (const limit of [1, 4, whole.length - 1, whole.length]) {
      assert.deepEqual(await walkForward(store, { type: "Item", ...query, limit }), whole, `forward by ${limit}`);
      assert.deepEqual(await walkBack(store, { type: "Item", ...query, limit }), whole, `back by ${limit}`);
    }
  });
}

async function walkFrom(store: TenantSession, query: Query, token: string | undefined): Promise<readonly string[]> {
  const found: string[] = [];
  for (let after = token; after !== undefined;) {
    const page = await store.find({ ...query, after });
    found.push(...page.records.map(({ id }) => id));
    after = page.next;
  }
  return found;
}
