import { createRequire } from "node:module";
import type { Store } from "@holdfast/core";
import { afterEach, expect, test, vi } from "vitest";
import { openMemoryStore } from "../src/index.ts";
import { ParsedDocuments } from "../src/parsed-documents.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

async function storeOf(count: number): Promise<Store> {
  const store = await openMemoryStore();
  await store.write(
    Array.from({ length: count }, (_, at) => ({
      put: { type: "Note", id: `note-${at}`, documentVersion: 1, body: { at, list: [{ at }] } },
      expect: "absent",
    })),
  );
  return store;
}

/** How many texts were parsed since. */
function countingParses(): () => number {
  const parse = vi.spyOn(JSON, "parse");
  return () => parse.mock.calls.length;
}

test("a get parses one document, and none when it is read again", async () => {
  await using store = await storeOf(1_000);
  const parses = countingParses();
  await store.get("Note", ["note-500"]);
  expect(parses()).toBe(1);
  for (let at = 0; at < 10; at++) await store.get("Note", ["note-500"]);
  await store.transaction((session) => session.get("Note", ["note-500"]));
  expect(parses()).toBe(1);
});

test("a page of 50 parses its own documents and the one behind it, whatever is stored, and none when it is read again", async () => {
  await using store = await storeOf(1_000);
  const parses = countingParses();
  for (let at = 0; at < 3; at++) expect((await store.find({ type: "Note", limit: 50 })).records).toHaveLength(50);
  expect(parses()).toBe(51);
});

test("a page without bodies parses nothing", async () => {
  await using store = await storeOf(100);
  const parses = countingParses();
  await store.find({ type: "Note", omit: "body" });
  expect(parses()).toBe(0);
});

test("what was read is nobody else's, and what is written is read at once", async () => {
  await using store = await storeOf(1);
  for (let at = 0; at < 3; at++) {
    const [note] = await store.get("Note", ["note-0"]);
    expect(note?.body).toEqual({ at: 0, list: [{ at: 0 }] });
    Object.assign(note?.body ?? {}, { at: "changed", list: [] });
  }
  await store.write([{ put: { type: "Note", id: "note-0", documentVersion: 1, body: { at: 1 } }, expect: 1 }]);
  expect((await store.get("Note", ["note-0"]))[0]?.body).toEqual({ at: 1 });
});

test("documents are kept within a bound, those read last the longest", () => {
  const text = JSON.stringify({ text: "x".repeat(80) });
  const records = Array.from({ length: 100 }, (_, at) => {
    const times = { version: 1, documentVersion: 1, created: at, updated: at };
    return { type: "Note", tenant: "default", id: String(at), ...times, text };
  });
  const documents = new ParsedDocuments(text.length * 10);
  const first = records.slice(0, 1);
  for (const record of records) for (const each of [...first, record]) documents.keep(each);
  const kept = records.filter((record) => documents.look(record).body !== undefined);
  expect(kept.length).toBeLessThanOrEqual(20);
  expect(kept).toEqual(expect.arrayContaining([records[0], records[99]]));
});

function isTreeModule(value: unknown): value is { readonly default: new () => { get(key: string): unknown } } {
  return typeof value === "object" && value !== null && "default" in value;
}

test("a record of the latest state is found without going down a tree, before and after writes", async () => {
  await using store = await storeOf(1_000);
  await store.write([{ put: { type: "Note", id: "other", documentVersion: 1, body: {} }, expect: "absent" }]);
  await store.transaction(async (session) => {
    for (const id of ["note-1", "note-2"]) await session.write([{ delete: { type: "Note", id }, expect: "present" }]);
    expect(await session.get("Note", ["note-1", "note-2"])).toEqual([undefined, undefined]);
  });
  const tree: unknown = createRequire(import.meta.url)("sorted-btree");
  if (!isTreeModule(tree)) throw new Error("the tree is not to be seen");
  const asked = vi.spyOn(tree.default.prototype, "get");
  const found = await store.get("Note", ["other", "note-3", "note-1", "note-2"]);
  expect(found.map((record) => record?.id)).toEqual(["other", "note-3", undefined, undefined]);
  expect(asked).not.toHaveBeenCalled();
});
