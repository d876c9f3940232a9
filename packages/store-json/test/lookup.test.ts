import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SimulatedFs } from "@holdfast-tooling/simulated-fs";
import { afterEach, expect, test, vi } from "vitest";
import { openJsonStore } from "../src/index.ts";
import { driverOn, errorOf, notes, openOn, options, path, textsOf } from "./open-driver.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const bodies = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`note-${at}`, `text ${at}`]));

/** How many documents were parsed since. */
function countingDocuments(): () => number {
  const parse = vi.spyOn(JSON, "parse");
  return () => parse.mock.calls.filter(([text]) => text.startsWith('{"text":')).length;
}

test("opening parses no document, and a get parses the one that it gives", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-lookup-"));
  try {
    const file = join(folder, "entities.json");
    const first = await openJsonStore(file);
    await first.write(
      Object.entries(bodies).map(([id, text]) => ({
        put: { type: "Note", id, documentVersion: 1, body: { text } },
        expect: "absent",
      })),
    );
    await first.close();
    const content = await readFile(file);
    const parsed = countingDocuments();
    const store = await openJsonStore(file);
    expect(parsed()).toBe(0);
    const [note, none] = await store.get("Note", ["note-77", "nowhere"]);
    expect([note?.body, none]).toEqual([{ text: "text 77" }, undefined]);
    expect(parsed()).toBe(1);
    await store.close();
    expect((await readFile(file)).equals(content), "nothing was written").toBe(true);
  } finally {
    await rm(folder, { recursive: true });
  }
});

async function textOf(driver: Awaited<ReturnType<typeof openOn>>, id: string): Promise<string | undefined> {
  const [record] = await driver.get("default", "Note", [id]);
  return record?.text;
}

test("what the journal holds behind the snapshot is found, and what it deletes is not", async () => {
  const fs = new SimulatedFs();
  const first = await openOn(fs);
  await first.apply(notes(bodies));
  await first[Symbol.asyncDispose]();
  const killed = await openOn(fs);
  await killed.apply(notes({ "note-1": "changed", new: "added" }));
  await killed.apply([[{ kind: "delete", tenant: "default", type: "Note", id: "note-2", expect: "present" }]]);
  await using driver = await openOn(fs.killed());
  expect(await textOf(driver, "note-1")).toBe('{"text":"changed"}');
  expect(await textOf(driver, "new")).toBe('{"text":"added"}');
  expect(await textOf(driver, "note-2")).toBeUndefined();
  expect(await textOf(driver, "note-3")).toBe('{"text":"text 3"}');
});

test("tombstones, other tenants and other types are not found under a name that they share", async () => {
  const fs = new SimulatedFs();
  const first = await openOn(fs);
  await first.apply(notes({ a: "one", b: "two" }));
  await first.apply([[{ kind: "delete", tenant: "default", type: "Note", id: "b", expect: "present" }]]);
  await first[Symbol.asyncDispose]();
  await using driver = await openOn(fs);
  expect(await textOf(driver, "b")).toBeUndefined();
  expect(await driver.get("other", "Note", ["a"])).toEqual([undefined]);
  expect(await driver.get("default", "Job", ["a"])).toEqual([undefined]);
  expect(await textOf(driver, "a")).toBe('{"text":"one"}');
  expect(Object.keys(await textsOf(driver))).toEqual(["a"]);
});

test("every id is found, whatever is in it, one by one and when all is read beside", async () => {
  const fs = new SimulatedFs();
  const ids = ['quoted "', ',"version":1', "back\\slash", "ünïcode 💾", ...Object.keys(bodies)];
  const first = await openOn(fs);
  await first.apply(notes(Object.fromEntries(ids.map((id) => [id, id]))));
  await first[Symbol.asyncDispose]();
  await using driver = await openOn(fs);
  for (const id of ids) expect(await textOf(driver, id)).toBe(JSON.stringify({ text: id }));
  expect(Object.keys(await textsOf(driver))).toHaveLength(ids.length);
});

test("the first write and the first page go on from what was saved", async () => {
  const fs = new SimulatedFs();
  const first = await openOn(fs);
  await first.apply(notes({ a: "one", b: "two" }));
  await first[Symbol.asyncDispose]();
  const second = await openOn(fs);
  expect(await textOf(second, "a")).toBe('{"text":"one"}');
  await second.apply(notes({ a: "three" }));
  expect((await second.get("default", "Note", ["a"]))[0]).toMatchObject({ version: 2, text: '{"text":"three"}' });
  await second[Symbol.asyncDispose]();
  await using third = await openOn(fs);
  expect(await textsOf(third)).toEqual({ a: '{"text":"three"}', b: '{"text":"two"}' });
});

test("a line that somebody changes under an open store is never given out", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-lookup-"));
  try {
    const file = join(folder, "entities.json");
    const first = await openJsonStore(file);
    await first.write([
      { put: { type: "Note", id: "a", documentVersion: 1, body: { text: "as saved" } }, expect: "absent" },
    ]);
    await first.close();
    const store = await openJsonStore(file);
    const at = (await readFile(file)).indexOf("as saved");
    const handle = await open(file, "r+");
    await handle.write("changed!", at);
    await handle.close();
    expect(await errorOf(store.get("Note", ["a"]))).toMatchObject({ code: "STORE_CORRUPT" });
    await store.close();
    expect((await readFile(file)).indexOf("changed!"), "it stays as it is").toBe(at);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a file with one bit that is not what was written is refused by opening, though nothing of it is read", async () => {
  const fs = new SimulatedFs();
  const first = await openOn(fs);
  await first.apply(notes(bodies));
  await first[Symbol.asyncDispose]();
  const driver = driverOn(fs);
  const content = fs.textOf(path) ?? "";
  fs.place(path, content.replace("text 250", "tdxt 250"));
  expect(await errorOf(driver.open({ types: [] }, options()))).toMatchObject({ code: "STORE_CORRUPT" });
});
