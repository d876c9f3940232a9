import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Store } from "@holdfast/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { backend, openJsonStore } from "../src/index.ts";
import { errorOf, options } from "./open-driver.ts";

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "holdfast-json-")));
});

afterEach(() => rm(folder, { recursive: true }));

async function putNote(store: Store, id: string): Promise<void> {
  await store.write([{ put: { type: "Note", id, documentVersion: 1, body: { text: id } }, expect: "absent" }]);
}

test("folders are made, and the file is its owner's alone", async () => {
  const path = join(folder, "made", "for", "entities.json");
  await using store = await openJsonStore(path);
  await putNote(store, "a");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, "made"))).mode & 0o777).toBe(0o700);
  expect(store.backend).toBe("json");
  expect(store.guarantees).toEqual({
    isolation: "serializable",
    writers: "process",
    durability: "power-loss",
    staleReads: false,
    hints: "store",
  });
});

test("a relative URL counts from the working folder", async () => {
  const path = join(folder, "entities.json");
  const driver = backend.driver(`json:${relative(process.cwd(), path)}`);
  await driver.open({ types: [] }, options());
  expect(driver.identity).toBe(`json:${path}`);
  await driver[Symbol.asyncDispose]();
  expect(await readdir(folder)).toContain("entities.json");
});

test("a link to a file and the file itself are one store, and the link stays a link", async () => {
  await (await openJsonStore(join(folder, "real", "entities.json"))).close();
  await symlink(join(folder, "real"), join(folder, "linked"));
  await symlink(join(folder, "real", "entities.json"), join(folder, "link.json"));
  for (const path of [join(folder, "linked", "entities.json"), join(folder, "link.json")]) {
    const driver = backend.driver(`json:${path}`);
    await driver.open({ types: [] }, options());
    expect(driver.identity).toBe(`json:${join(folder, "real", "entities.json")}`);
    await driver[Symbol.asyncDispose]();
  }
  const store = await openJsonStore(join(folder, "link.json"));
  await putNote(store, "a");
  await store.close();
  expect(await readFile(join(folder, "real", "entities.json"), "utf8")).toContain('"text":"a"');
});

test.each(["json:", "json: ", "json://entities.json", "json:data/", "json:a\0b", "sqlite:x", "./entities.json"])(
  "the URL %j is INVALID_CONFIG",
  (url) => {
    expect(() => backend.driver(url)).toThrow(expect.objectContaining({ code: "INVALID_CONFIG" }));
  },
);

test("a path that cannot be that of a file is INVALID_CONFIG", async () => {
  await mkdir(join(folder, "taken"));
  await writeFile(join(folder, "file"), "");
  for (const path of [
    "",
    join(folder, "taken"),
    join(folder, "file", "entities.json"),
    join(folder, "x".repeat(300)),
  ]) {
    expect([path, (await errorOf(openJsonStore(path))).code]).toEqual([path, "INVALID_CONFIG"]);
  }
});

test("there is nothing to read where there is no file", async () => {
  const error = await errorOf(openJsonStore(join(folder, "none", "entities.json"), { access: "read" }));
  expect(error).toMatchObject({ code: "STORE_UNAVAILABLE", retryable: false });
  expect(await readdir(folder)).toEqual([]);
});

test("a thousand saves that are started together cost a few rounds of the journal, and a sync each", async () => {
  const path = join(folder, "entities.json");
  await using store = await openJsonStore(path);
  await Promise.all(Array.from({ length: 1_000 }, (_, at) => putNote(store, `n${at}`)));
  expect(await store.count("Note")).toBe(1_000);
  const journal = await readFile(`${path}.journal.0`, "utf8");
  expect(journal.match(/^\{"end":/gm)?.length).toBeLessThan(10);
});
