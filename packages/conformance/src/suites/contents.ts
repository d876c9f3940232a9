import assert from "node:assert/strict";

import { contentHash, contentText, parseContent, textHash } from "@holdfast/core";
import type { ContentPage, JsonObject, JsonValue, Query, Store, StoredRecord } from "@holdfast/core";

import { behaviour, persistent } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert, remove } from "../ops.ts";
import { failure } from "../refusal.ts";
import { range, save, wrongly, writeAll } from "../shorthand.ts";

const bodies: readonly JsonObject[] = [
  {},
  { name: "é\u{1f600}\ud83d\0\u2028", rank: 1e21, list: [-0, 0.1, 1e-7, 123456789012345680000] },
  { z: 1, "10": 2, a: { "2": null, "1": [] }, "": '"}]\\', é: [{ b: 1, a: 2 }] },
  JSON.parse('{"__proto__":{"x":1},"constructor":"2"}') as JsonObject,
  { wide: Object.fromEntries(range(300).map((at): [string, JsonValue] => [`key ${at}`, [at, { at }]])) },
];

/** What is read as records and as contents, page by page, of one query. */
async function bothOf(store: Store, query: Query): Promise<readonly (readonly [StoredRecord, string])[]> {
  const both: (readonly [StoredRecord, string])[] = [];
  let after: string | undefined;
  do {
    const asked = after === undefined ? query : { ...query, after };
    const found = await store.find(asked);
    const { contents, next, previous }: ContentPage = await store.contents(asked);
    assert.deepEqual([next, previous], [found.next, found.previous]);
    assert.deepEqual(
      contents.map(({ id }) => id),
      found.records.map(({ id }) => id),
    );
    for (const [at, record] of found.records.entries()) both.push([record, contents[at]?.text ?? ""]);
    after = next;
  } while (after !== undefined);
  return both;
}

export const contents: Theme = {
  name: "contents",
  behaviours: [
    behaviour("are the texts that the hashes of records are of, page by page", async ({ store }) => {
      for (const type of ["Note", "Item"]) {
        await writeAll(
          store,
          bodies.map((body, at) => insert(type, `c${at}`, body)),
        );
        await save(store, type, "c1", { name: "again" });
        const both = await bothOf(store, { type, limit: 2 });
        assert.equal(both.length, bodies.length);
        for (const [record, text] of both) {
          assert.equal(text, contentText(record));
          assert.equal(textHash(text), contentHash(record));
          assert.deepEqual(parseContent(text), record);
        }
      }
    }),
    behaviour("are found by conditions and in orders, as records are", async ({ store }) => {
      await writeAll(
        store,
        range(9).map((at) => insert("Item", `f${at}`, { rank: at % 3, done: at < 7 })),
      );
      const query: Query = {
        type: "Item",
        where: { done: true },
        orderBy: [{ field: "rank", direction: "desc" }],
        limit: 3,
      };
      const both = await bothOf(store, query);
      assert.equal(both.length, 7);
      for (const [record, text] of both) assert.equal(text, contentText(record));
    }),
    behaviour("are those of one tenant, and none of what was deleted", async ({ store }) => {
      await save(store, "Note", "own", { text: "own" });
      await save(store, "Note", "gone", { text: "gone" });
      await writeAll(store, [remove("Note", "gone")]);
      await save(store.tenant("other"), "Note", "foreign", { text: "foreign" });
      const page = await store.contents({ type: "Note" });
      assert.deepEqual(
        page.contents.map(({ id }) => id),
        ["own"],
      );
      assert.deepEqual(await store.contents({ type: "Nothing" }), { contents: [] });
    }),
    persistent("are the same when the store is opened again", async ({ open, reopen }) => {
      await using store = await open();
      await writeAll(
        store,
        bodies.map((body, at) => insert("Item", `r${at}`, body)),
      );
      const before = await store.contents({ type: "Item" });
      await store.close();
      await using again = await reopen(store);
      assert.deepEqual(await again.contents({ type: "Item" }), before);
    }),
    behaviour("have their documents always", async ({ store }) => {
      const query = { type: "Item", omit: "body" } as const;
      await failure(store.contents(wrongly<Omit<Query, "omit">>(query)), "INVALID_QUERY");
    }),
  ],
};
