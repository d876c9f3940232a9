import { contentHash, type RecordContent, type Store, type StoredRecord } from "@holdfast/core";
import { expect, test } from "vitest";

import { pairsById, type RecordPair } from "../src/pairs-by-id.ts";

/** A store that holds these, by id, in pages of the size asked for. */
function holding(all: readonly RecordContent[]): Pick<Store, "contents" | "tenantName"> {
  return {
    tenantName: "default",
    contents: async ({ limit = 100, after }) => {
      const from = after === undefined ? 0 : Number(after);
      const contents = all.slice(from, from + limit);
      return { contents, ...(from + limit < all.length ? { next: String(from + limit) } : {}) };
    },
  };
}

function recordOf(id: string, value = 1): StoredRecord {
  const body = { value, list: [{ a: id }] };
  return { type: "Note", tenant: "default", id, version: 1, documentVersion: 1, created: 1, updated: 1, body };
}

/** @param space as whoever writes JSON by hand puts it between its parts */
function contentOf({ id, type, tenant, body, ...rest }: StoredRecord, space = ""): RecordContent {
  const { version, documentVersion, created, updated } = rest;
  const text = JSON.stringify(body, null, space);
  return { id, text: `["${type}","${tenant}","${id}",${version},${documentVersion},${created},${updated},${text}]` };
}

async function pairs(own: readonly RecordContent[], other: readonly RecordContent[], batch: number) {
  const found: RecordPair[] = [];
  const reading = { type: "Note", batch, range: {} };
  for await (const some of pairsById(holding(own), holding(other), reading)) found.push(...some);
  return found;
}

test.each([1, 2, 3, 100])("by %d, every id of both comes once and in order, whoever has it", async (batch) => {
  const own = ["a", "b", "d", "e", "h", "i"].map((id) => contentOf(recordOf(id)));
  const other = ["b", "c", "d", "f", "g", "h", "j"].map((id) => contentOf(recordOf(id)));
  const found = await pairs(own, other, batch);
  const sides = found.map(({ id, source, target }) => `${id}${source ? "<" : ""}${target ? ">" : ""}`);
  expect(sides).toEqual(["a<", "b<>", "c>", "d<>", "e<", "f>", "g>", "h<>", "i<", "j>"]);
  expect(found.map(({ source, target }) => source ?? target)).toEqual(found.map(({ id }) => contentHash(recordOf(id))));
  expect(found.every(({ records }) => records === undefined)).toBe(true);
});

test("records that differ come with both", async () => {
  const [own, other] = [recordOf("a", 1), recordOf("a", 2)];
  const [pair] = await pairs([contentOf(own)], [contentOf(other)], 10);
  expect(pair).toEqual({ id: "a", source: contentHash(own), target: contentHash(other), records: [own, other] });
});

test("a document that is spelled in another way is the same, and has the same hash", async () => {
  const record = recordOf("a");
  for (const [left, right] of [
    [" ", ""],
    ["", "  "],
    [" ", "  "],
  ]) {
    const [pair] = await pairs([contentOf(record, left)], [contentOf(record, right)], 10);
    expect(pair).toEqual({ id: "a", source: contentHash(record), target: contentHash(record) });
  }
});

test.each(["[]", '{"value":', "null", '{}],["x"'])(
  "a document %s is STORE_CORRUPT, and says of which record",
  async (text) => {
    const whole = contentOf(recordOf("a"));
    const torn = { id: "a", text: `["Note","default","a",1,1,1,1,${text}]` };
    const corrupt = { code: "STORE_CORRUPT", details: { tenant: "default", type: "Note", id: "a" } };
    await expect(pairs([whole], [torn], 10)).rejects.toMatchObject(corrupt);
    await expect(pairs([], [torn], 10)).rejects.toMatchObject(corrupt);
  },
);
