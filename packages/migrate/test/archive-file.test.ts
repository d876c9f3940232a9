import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { type OpenOptions, type Store } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterEach, beforeEach, expect, test } from "vitest";

import { archiveFile, inspectArchive, restoreArchive, saveArchive } from "../src/index.ts";
import { archiveOf, failureOf } from "./archive-support.ts";
import { fill, filledRecords, model } from "./sample-model.ts";

const [target] = storesUnderTest();
let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-archive-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function filled(options: OpenOptions = { model }): Promise<Store> {
  if (target === undefined) throw new Error("no store is under test");
  const store = await target.open(options);
  await fill(store);
  return store;
}

test("an archive in a file is that of the store and stands there alone", async () => {
  await using store = await filled();
  const file = path.join(folder, "a.holdfast");
  const info = await saveArchive(store, file);
  expect(info).toMatchObject({ records: filledRecords, tombstones: 1, gzip: false, encrypted: false });
  expect(await readFile(file)).toEqual(await archiveOf(store));
  expect(await inspectArchive(archiveFile(file))).toEqual(info);
  expect(await readdir(folder)).toEqual(["a.holdfast"]);
});

test.skipIf(process.platform === "win32")("an archive is its owner's alone to read", async () => {
  await using store = await filled();
  const file = path.join(folder, "a.holdfast");
  await saveArchive(store, file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("a file that is there already is never overwritten", async () => {
  await using store = await filled();
  const file = path.join(folder, "a.holdfast");
  await writeFile(file, "precious");
  expect((await failureOf(saveArchive(store, file))).code).toBe("INVALID_CONFIG");
  expect(await readFile(file, "utf8")).toBe("precious");
  expect(await readdir(folder)).toEqual(["a.holdfast"]);
});

test("of two archives that take one name at once, one is there whole and the other is refused", async () => {
  await using store = await filled();
  const file = path.join(folder, "a.holdfast");
  const saved = await Promise.allSettled([saveArchive(store, file), saveArchive(store, file, { gzip: true })]);
  expect(saved.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect((await inspectArchive(archiveFile(file))).records).toBe(filledRecords);
  expect(await readdir(folder)).toEqual(["a.holdfast"]);
});

test("an archive that is broken off leaves nothing behind", async () => {
  await using store = await filled();
  const file = path.join(folder, "a.holdfast");
  expect((await failureOf(saveArchive(store, file, { signal: AbortSignal.abort() }))).code).toBe("ABORTED");
  await store.close();
  expect((await failureOf(saveArchive(store, file))).code).toBe("STORE_CLOSED");
  expect(await readdir(folder)).toEqual([]);
});

test("a folder that is not there, or cannot be written to, is told of as a store's place is", async () => {
  await using store = await filled();
  const missing = path.join(folder, "none", "a.holdfast");
  expect((await failureOf(saveArchive(store, missing))).code).toBe("STORE_UNAVAILABLE");
  expect((await failureOf(inspectArchive(archiveFile(missing)))).code).toBe("STORE_UNAVAILABLE");
  expect((await failureOf(restoreArchive(store, archiveFile(folder)))).code).toBe("INVALID_CONFIG");
});
