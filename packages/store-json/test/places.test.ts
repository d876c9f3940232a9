import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { StateDriver } from "@holdfast/store-memory";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { backend, openJsonStore } from "../src/index.ts";
import { JsonMedium } from "../src/json-medium.ts";
import { systemParts } from "../src/system-parts.ts";
import { errorOf, notes, options } from "./open-driver.ts";

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "holdfast-places-")));
});

afterEach(() => rm(folder, { recursive: true }));

describe("a place that cannot be a store's is refused, and nothing is made there:", () => {
  test("a link that leads nowhere", async () => {
    const path = join(folder, "dangling.json");
    await symlink(join(folder, "not-there.json"), path);
    for (const access of ["read", "write"] as const) {
      const error = await errorOf(openJsonStore(path, { access }));
      expect(error).toMatchObject({ code: "STORE_UNAVAILABLE", retryable: false, details: { path } });
    }
    expect(await readdir(folder)).toEqual(["dangling.json"]);
  });

  test("links in a circle", async () => {
    await symlink(join(folder, "a.json"), join(folder, "b.json"));
    await symlink(join(folder, "b.json"), join(folder, "a.json"));
    expect(await errorOf(openJsonStore(join(folder, "a.json")))).toMatchObject({ code: "INVALID_CONFIG" });
    expect((await readdir(folder)).sort()).toEqual(["a.json", "b.json"]);
  });

  test("a folder", async () => {
    await mkdir(join(folder, "folder.json"));
    for (const access of ["read", "write"] as const) {
      const error = await errorOf(openJsonStore(join(folder, "folder.json"), { access }));
      expect(error).toMatchObject({ code: "INVALID_CONFIG" });
    }
    expect(await readdir(folder)).toEqual(["folder.json"]);
  });

  test("a name that leaves no room for the names beside it", async () => {
    for (const length of [221, 300]) {
      const name = "n".repeat(length);
      expect(() => backend.driver(`json:${join(folder, name)}`)).toThrow(
        expect.objectContaining({ code: "INVALID_CONFIG" }),
      );
    }
    const longest = join(folder, "n".repeat(220));
    const store = await openJsonStore(longest);
    await store.write([{ put: { type: "Note", id: "a", documentVersion: 1, body: {} }, expect: "any" }]);
    await store.close();
    expect(await readdir(folder)).toEqual(["n".repeat(220)]);
  });

  test.for(["json:file:a.json", "json:a.json?mode=ro", "json:a\0b"])("the URL %j", (url) => {
    expect(() => backend.driver(url)).toThrow(expect.objectContaining({ code: "INVALID_CONFIG" }));
  });

  test("a network file system, unless it is opened to read", async () => {
    const path = join(folder, "on-nfs", "entities.json");
    const onNfs = (): StateDriver =>
      new StateDriver(new JsonMedium(path, { ...systemParts, fileSystemType: async () => 0x6969 }));
    const error = await errorOf(onNfs().open({ types: [] }, options()));
    expect(error).toMatchObject({ code: "INVALID_CONFIG", details: { path, fileSystem: "NFS" } });
    expect(await readdir(folder)).toEqual([]);
    await (await openJsonStore(path)).close();
    await using reader = onNfs();
    await reader.open({ types: [] }, options({ access: "read" }));
  });
});

test("a link that somebody made where a temporary file is to be is not written through", async () => {
  const path = join(folder, "entities.json");
  const other = join(folder, "other.txt");
  await writeFile(other, "somebody else's");
  const suffix = "0123456789abcdef";
  const driver = new StateDriver(new JsonMedium(path, { ...systemParts, newSuffix: () => suffix }));
  await driver.open({ types: [] }, options());
  await driver.apply(notes({ a: "one" }));
  await symlink(other, `${path}.${suffix}.tmp`);
  await driver[Symbol.asyncDispose]();
  expect(await readFile(other, "utf8")).toBe("somebody else's");
  await using again = await openJsonStore(path);
  expect(await again.count("Note")).toBe(1);
});

describe("rights", () => {
  test("that a file has already are kept, wider than our own as they may be", async () => {
    const path = join(folder, "entities.json");
    await (await openJsonStore(path)).close();
    await chmod(path, 0o644);
    const store = await openJsonStore(path);
    await store.write([{ put: { type: "Note", id: "a", documentVersion: 1, body: {} }, expect: "any" }]);
    expect((await stat(`${path}.journal.0`)).mode & 0o777).toBe(0o644);
    await store.close();
    expect((await stat(path)).mode & 0o777).toBe(0o644);
  });

  const isRoot = process.getuid?.() === 0;
  const skipReason = isRoot ? " (skipped: root lacks no rights)" : "";
  test.skipIf(isRoot)(`to write that a file lacks are not taken by replacing it${skipReason}`, async () => {
    const path = join(folder, "entities.json");
    await (await openJsonStore(path)).close();
    await chmod(path, 0o444);
    expect(await errorOf(openJsonStore(path))).toMatchObject({ code: "STORE_READ_ONLY", details: { path } });
    expect(await readdir(folder)).toEqual(["entities.json"]);
  });
});

test.for([
  ["of another program", '{"users":[{"name":"ann"}]}\n'],
  ["of text", "these are my notes\n"],
  ["of SQLite", `SQLite format 3\0${"\x01".repeat(4080)}`],
] as const)("a file %s is refused, and stays as it is with nothing beside it", async ([, content]) => {
  const path = join(folder, "entities.json");
  await writeFile(path, content);
  for (const access of ["read", "write"] as const) {
    expect(await errorOf(openJsonStore(path, { access }))).toMatchObject({ code: "STORE_CORRUPT", retryable: false });
  }
  expect(await readFile(path, "utf8")).toBe(content);
  expect(await readdir(folder)).toEqual(["entities.json"]);
});
