import { HoldfastError } from "@holdfast/core";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { storePlace } from "../src/index.ts";

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "holdfast-places-")));
  await mkdir(path.join(folder, "real"));
  await writeFile(path.join(folder, "real/there.json"), "");
  await symlink("real", path.join(folder, "link"));
  await symlink(path.join(folder, "real/not-there.json"), path.join(folder, "dangling.json"));
  await symlink("loop", path.join(folder, "loop"));
});
afterAll(() => rm(folder, { recursive: true }));

const inFolder = (file: string): string => path.join(folder, file);

test("a path is that of a JSON file, and becomes absolute", () => {
  const relative = path.relative(process.cwd(), inFolder("real/there.json"));
  expect(storePlace(relative)).toEqual({
    url: `json:${inFolder("real/there.json")}`,
    identity: `json:${inFolder("real/there.json")}`,
  });
  expect(storePlace(`sqlite:${relative}`).url).toBe(`sqlite:${inFolder("real/there.json")}`);
});

test.each([
  ["link/there.json", "real/there.json"],
  ["link/new/deep.json", "real/new/deep.json"],
  ["real/../link/./there.json", "real/there.json"],
  ["dangling.json", "real/not-there.json"],
  ["loop", "loop"],
])("%s is the place of %s, however it is written", (one, other) => {
  expect(storePlace(inFolder(one)).identity).toBe(storePlace(inFolder(other)).identity);
});

test("two files are two places, and so are two backends", () => {
  const names = ["a.json", "b.json", "json:c.json", "sqlite:a.json", "postgres://host/db", "postgres://host/other"];
  expect(new Set(names.map((name) => storePlace(name).identity)).size).toBe(names.length);
});

test.each([":memory:", "memory:", "sqlite::memory:"])("%s is a place that nobody else can name", (target) => {
  expect(storePlace(target).identity).toBeUndefined();
});

test.each(["", " ", "folder/", "a\0b", "sqlite:x.db?mode=ro", 5, null])("%j is no place", (target) => {
  let thrown: unknown;
  try {
    Reflect.apply(storePlace, undefined, [target]);
  } catch (error) {
    thrown = error;
  }
  expect(HoldfastError.is(thrown, "INVALID_CONFIG")).toBe(true);
});
