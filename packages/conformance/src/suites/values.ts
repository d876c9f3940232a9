import assert from "node:assert/strict";

import type { JsonObject, JsonValue } from "@holdfast/core";

import { anywhere, behaviour } from "../behaviour.ts";
import type { Behaviour, Theme } from "../behaviour.ts";
import { put } from "../ops.ts";
import { failure } from "../refusal.ts";
import { range, readStored, save, writeAll } from "../shorthand.ts";

const mebibyte = 1024 * 1024;
const parsed = (text: string): JsonObject => ({ value: JSON.parse(text) as JsonValue });

const kept: readonly (readonly [what: string, body: JsonObject])[] = [
  ["an empty document", {}],
  ["null, true, false and empty lists", { none: null, yes: true, no: false, list: [], object: {} }],
  ["U+0000 and all other control characters", { text: String.fromCharCode(...range(0x20)), "\0": "\0" }],
  [
    "halves of surrogate pairs, alone and in the wrong order",
    { high: "\ud83d", low: "\ude00", "\ude00\ud83d": "\ude00\ud83d" },
  ],
  [
    "a letter of every plane, and those that are none",
    { text: "é\u2028\ufeff\ufffe\uffff\u{1f600}\u{10ffff}", "🔥": "🔥" },
  ],
  ["the same word composed and decomposed", { nfc: "\u00e9", nfd: "e\u0301" }],
  [
    "text that looks like SQL, JSON, HTML or an escape",
    { a: `'; DROP TABLE "Item"; --`, b: '"}\\u0000\\', c: "</script>%s$1?" },
  ],
  ["a text of a mebibyte", { text: "é".repeat(mebibyte / 2) }],
  [
    "keys named like parts of every object",
    parsed('{"__proto__":{"x":1},"constructor":2,"toString":null,"hasOwnProperty":[]}'),
  ],
  ["a key that is empty, blank or holds a dot", { "": 1, " ": 2, "a.b": 3, "a[0]": 4, $: 5, "'": 6, '"': 7 }],
  ["the order of keys", { z: 1, a: 2, M: 3, é: 4, "": 5, nested: { y: 1, b: 2 } }],
  ["a document with 10,000 keys", Object.fromEntries(range(10_000).map((at) => [`key-${at}`, at]))],
  ["a list of 100,000 numbers", { list: range(100_000) }],
];

const limits = [Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** -1022, 2 ** 53 - 1];
const numbers = [
  ...range(20).map((at) => at / 10 - 0.3),
  ...range(310).flatMap((at) => [10 ** (at - 1), -1.1 * 10 ** -at, 2 ** (at - 60) + 1]),
  ...limits,
];

export const values: Theme = {
  name: "values",
  behaviours: [
    ...kept.map(([what, body]) => keeps(what, body)),
    keeps("every finite double", { numbers }),
    anywhere("reads -0 back as 0", async ({ store }) => {
      const { body } = await save(store, "Item", "zero", { rank: -0, list: [-0] });
      assert.deepEqual(body, { rank: 0, list: [0] });
      assert.deepEqual((await readStored(store, "Item", "zero")).body, { rank: 0, list: [0] });
    }),
    anywhere("leaves undefined properties out", async ({ store }) => {
      const body: object = { gone: undefined, kept: { gone: undefined, here: 1 } };
      await writeAll(store, [put("Item", "undefined", { ...body })]);
      assert.deepEqual((await readStored(store, "Item", "undefined")).body, { kept: { here: 1 } });
    }),
    anywhere("takes objects without a prototype and one object in two places", async ({ store }) => {
      const bare = Object.assign(Object.create(null), { a: 1 }) as JsonObject;
      await save(store, "Item", "bare", { one: bare, two: bare, list: [bare] });
      assert.deepEqual((await readStored(store, "Item", "bare")).body, {
        one: { a: 1 },
        two: { a: 1 },
        list: [{ a: 1 }],
      });
    }),
    anywhere("keeps 500 levels, and refuses 501", async ({ store }) => {
      for (const wrap of [inObjects, inLists]) {
        await save(store, "Item", "deep", wrap(500));
        assert.equal(JSON.stringify((await readStored(store, "Item", "deep")).body), JSON.stringify(wrap(500)));
        await failure(store.write([put("Item", "deeper", wrap(501))]), "UNSERIALIZABLE_VALUE");
      }
    }),
    anywhere("refuses a value of 100,000 levels by the same error, not by running out of stack", async ({ store }) => {
      await failure(store.write([put("Item", "abyss", inObjects(100_000))]), "UNSERIALIZABLE_VALUE");
    }),
    anywhere("keeps a document of 8 MiB, and refuses one byte more", async ({ store }) => {
      const text = "a".repeat(8 * mebibyte - '{"text":""}'.length);
      await save(store, "Item", "large", { text });
      assert.equal((await readStored(store, "Item", "large")).body["text"], text);
      await failure(store.write([put("Item", "larger", { text: `${text}a` })]), "DOCUMENT_TOO_LARGE");
    }),
    behaviour("measures documents in bytes of UTF-8, by the limit that the store was opened with", async ({ open }) => {
      await using store = await open({ maxDocumentBytes: 100 });
      const text = "é".repeat(44);
      await save(store, "Item", "fits", { t: `${text}aaaa` });
      await failure(store.write([put("Item", "over", { t: `${text}aaaaa` })]), "DOCUMENT_TOO_LARGE");
      await failure(store.write([put("Item", "over", { t: "\0".repeat(20) })]), "DOCUMENT_TOO_LARGE");
    }),
  ],
};

function keeps(what: string, body: JsonObject): Behaviour {
  return anywhere(`keeps ${what}`, async ({ store }) => {
    const answered = await save(store, "Note", "kept", body);
    await save(store, "Item", "kept", body);
    const stored = await readStored(store, "Note", "kept");
    const declared = await readStored(store, "Item", "kept");
    const found = await store.find({ type: "Item", where: { id: "kept" } });
    for (const record of [answered, stored, declared, found.records[0]]) {
      assert.ok(record !== undefined, "the record must be found");
      assert.deepEqual(record.body, body);
      assert.ok(JSON.stringify(record.body) === JSON.stringify(body), "the keys come in another order");
    }
  });
}

function inObjects(levels: number): JsonObject {
  let value: JsonObject = {};
  for (let level = 1; level < levels; level++) value = { in: value };
  return value;
}

function inLists(levels: number): JsonObject {
  let value: JsonValue = [];
  for (let level = 2; level < levels; level++) value = [value];
  return { in: value };
}
