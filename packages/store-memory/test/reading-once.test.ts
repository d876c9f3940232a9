import { createRequire } from "node:module";
import type { RecordText, Store } from "@holdfast/core";
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

/** All of the same length. */
function records(count: number): readonly RecordText[] {
  const text = JSON.stringify({ text: "x".repeat(80) });
  return Array.from({ length: count }, (_, at) => {
    const times = { version: 1, documentVersion: 1, created: at, updated: at };
    return { type: "Note", tenant: "default", id: String(at), ...times, text };
  });
}

/** How many texts were parsed since. */
function countingParses(): () => number {
  const parse = vi.spyOn(JSON, "parse");
  return () => parse.mock.calls.length;
}

test("a get parses one document, also when it is read again, and none from then on", async () => {
  await using store = await storeOf(1_000);
  const parses = countingParses();
  await store.get("Note", ["note-500"]);
  expect(parses()).toBe(1);
  for (let at = 0; at < 10; at++) await store.get("Note", ["note-500"]);
  await store.transaction((session) => session.get("Note", ["note-500"]));
  expect(parses()).toBe(2);
});

test("a page of 50 parses its own documents and the one behind it, whatever is stored, twice, and none from then on", async () => {
  await using store = await storeOf(1_000);
  const parses = countingParses();
  const page = async () => expect((await store.find({ type: "Note", limit: 50 })).records).toHaveLength(50);
  await page();
  // The one behind it is not handed out, so it is parsed by nobody when it is met first.
  expect(parses()).toBe(50);
  for (let at = 0; at < 3; at++) await page();
  expect(parses()).toBe(101);
});

test("what is read once keeps no document", () => {
  const documents = new ParsedDocuments();
  const [one, other] = records(2);
  if (one === undefined || other === undefined) throw new Error("there are no records");
  expect(documents.keep(one).body).toBeUndefined();
  expect(documents.look(one)).toBe(one);
  documents.keep(other);
  expect(documents.keep(one).body).toEqual(JSON.parse(one.text));
  expect(documents.keep({ ...one, version: 2 }).body).toBeUndefined();
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
  const all = records(100);
  const documents = new ParsedDocuments((all[0]?.text.length ?? 0) * 10);
  const first = all.slice(0, 1);
  for (const record of all) for (const each of [...first, record, record]) documents.keep(each);
  const kept = all.filter((record) => documents.look(record).body !== undefined);
  expect(kept.length).toBeLessThanOrEqual(20);
  expect(kept).toEqual(expect.arrayContaining([all[0], all[99]]));
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
