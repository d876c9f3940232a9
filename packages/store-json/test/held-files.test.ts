import {
  appendFile,
  copyFile,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Logger, Store } from "@holdfast/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { HeldFiles } from "../src/held-files.ts";
import { openJsonStore } from "../src/index.ts";
import { systemParts } from "../src/system-parts.ts";
import { errorOf } from "./open-driver.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "holdfast-held-")));
  path = join(folder, "data", "entities.json");
});

afterEach(() => rm(folder, { recursive: true }));

function put(store: Store, id: string): Promise<unknown> {
  return store.write([{ put: { type: "Note", id, documentVersion: 1, body: { text: id } }, expect: "absent" }]);
}

async function idsIn(file: string): Promise<readonly string[]> {
  await using store = await openJsonStore(file);
  return (await store.find({ type: "Note" })).records.map(({ id }) => id);
}

/** A store that holds a note in its file and one in its journal, and what it warned of. */
async function opened(): Promise<{ readonly store: Store; readonly warnings: string[] }> {
  const before = await openJsonStore(path);
  await put(before, "saved");
  await before.close();
  const warnings: string[] = [];
  const logger: Logger = { warn: (message) => void warnings.push(message) };
  const store = await openJsonStore(path, { logger });
  await put(store, "appended");
  return { store, warnings };
}

async function expectRefusal(store: Store, of: string, found: "changed" | "gone"): Promise<void> {
  const refusal = { code: "STORE_UNAVAILABLE", retryable: false, outcome: "none", details: { path: of, found } };
  for (const id of ["next", "after it"]) expect(await errorOf(put(store, id))).toMatchObject(refusal);
  expect(await store.count("Note"), "reading goes on").toBe(2);
}

async function keptIn(at: string): Promise<string> {
  const [kept = "nothing"] = (await readdir(at)).filter((name) => name.endsWith(".kept"));
  return join(at, kept);
}

describe("a file that changes under an open store is noticed before the next write is acknowledged:", () => {
  test("it was deleted, and what the store held is kept beside it", async () => {
    const { store, warnings } = await opened();
    await rm(path);
    await expectRefusal(store, path, "gone");
    await store.close();
    expect(warnings).toHaveLength(1);
    expect(await idsIn(await keptIn(join(folder, "data")))).toEqual(["saved", "appended"]);
  });

  test("it was moved, and is whole where it is with what was written meanwhile", async () => {
    const { store } = await opened();
    await rename(path, join(folder, "data", "moved.json"));
    await expectRefusal(store, path, "gone");
    await store.close();
    expect(await idsIn(join(folder, "data", "moved.json"))).toEqual(["saved"]);
    expect(await idsIn(await keptIn(join(folder, "data")))).toEqual(["saved", "appended"]);
  });

  test("its folder was moved, and opens where it is with all that was acknowledged", async () => {
    const { store } = await opened();
    await rename(join(folder, "data"), join(folder, "moved"));
    await expectRefusal(store, path, "gone");
    await store.close();
    expect(await idsIn(join(folder, "moved", "entities.json"))).toEqual(["saved", "appended"]);
    expect(await readdir(folder)).toEqual(["moved"]);
  });

  test("another store's file took its place, and stays as it is", async () => {
    const other = join(folder, "other.json");
    const second = await openJsonStore(other);
    await put(second, "another");
    await second.close();
    const content = await readFile(other);
    const { store } = await opened();
    await rename(other, path);
    await expectRefusal(store, path, "changed");
    await store.close();
    expect((await readFile(path)).equals(content)).toBe(true);
    expect(await idsIn(await keptIn(join(folder, "data")))).toEqual(["saved", "appended"]);
  });

  test("an older copy of its own was put there, and stays as it is", async () => {
    await (await openJsonStore(path)).close();
    const copy = join(folder, "copy.json");
    await copyFile(path, copy);
    const content = await readFile(copy);
    const { store } = await opened();
    await copyFile(copy, path);
    await expectRefusal(store, path, "changed");
    await store.close();
    expect((await readFile(path)).equals(content)).toBe(true);
  });

  test("somebody edited it, and the edit is not written over when the journal is folded or the store closed", async () => {
    const { store } = await opened();
    const edited = `${await readFile(path, "utf8")}\n`;
    await writeFile(path, edited);
    await store.close();
    expect(await readFile(path, "utf8")).toBe(edited);
    expect(await idsIn(await keptIn(join(folder, "data")))).toEqual(["saved", "appended"]);
  });

  test("its journal was deleted, and closing the store writes what was in it", async () => {
    const { store, warnings } = await opened();
    await rm(`${path}.journal.1`);
    await expectRefusal(store, `${path}.journal.1`, "gone");
    await store.close();
    expect(warnings).toEqual([]);
    expect(await idsIn(path)).toEqual(["saved", "appended"]);
  });

  test("somebody wrote to its journal", async () => {
    const { store } = await opened();
    await appendFile(`${path}.journal.1`, "a line of somebody else\n");
    await expectRefusal(store, `${path}.journal.1`, "changed");
    await store.close();
    expect(await idsIn(path)).toEqual(["saved", "appended"]);
  });

  test("its lock was deleted: the store leaves the file, and the lock, to whoever opens it next", async () => {
    const { store } = await opened();
    await rm(`${path}.lock`);
    const next = await openJsonStore(path);
    await put(next, "theirs");
    await expectRefusal(store, `${path}.lock`, "changed");
    await store.close();
    expect(await errorOf(openJsonStore(path)), "the lock is still theirs").toMatchObject({ code: "STORE_LOCKED" });
    await put(next, "theirs too");
    await next.close();
    expect(await idsIn(path)).toEqual(["saved", "appended", "theirs", "theirs too"]);
  });

  test("a file that came where there was none yet is not written over", async () => {
    const store = await openJsonStore(path);
    await put(store, "a");
    await put(store, "b");
    await rm(path);
    await writeFile(path, "somebody else's");
    await expectRefusal(store, path, "changed");
    await store.close();
    expect(await readFile(path, "utf8")).toBe("somebody else's");
  });
});

describe("what stands under the names that the store uses for itself", () => {
  test("is not written through where it is a link to another file", async () => {
    const other = join(folder, "other.txt");
    await writeFile(other, "somebody else's");
    await (await openJsonStore(path)).close();
    for (const name of ["owner", "lock"]) {
      await symlink(other, `${path}.${name}`);
      await openJsonStore(path).then(
        (store) => store.close(),
        () => undefined,
      );
      expect(await readFile(other, "utf8")).toBe("somebody else's");
      await rm(`${path}.${name}`, { force: true });
    }
  });

  test("is refused where it is a folder", async () => {
    await (await openJsonStore(path)).close();
    await symlink(folder, `${path}.lock`);
    expect(await errorOf(openJsonStore(path))).toMatchObject({ code: "INVALID_CONFIG", retryable: false });
  });
});

test("a look at the files that the store's own new snapshot overtakes finds nothing wrong", async () => {
  await (await openJsonStore(path)).close();
  const looks: (() => void)[] = [];
  const facts = async (of: string) => {
    const found = await systemParts.fs.facts(of);
    if (of === path && looks.length === 0) await new Promise<void>((resolve) => looks.push(resolve));
    return found;
  };
  const held = await HeldFiles.from({ ...systemParts.fs, facts }, path);
  held.holds((await systemParts.fs.facts(path))?.revision ?? "");
  const check = held.check();
  await expect.poll(() => looks.length).toBe(1);
  const temporary = `${path}.tmp`;
  await copyFile(path, temporary);
  const revision = (await systemParts.fs.facts(temporary))?.revision ?? "";
  held.expects(revision);
  await rename(temporary, path);
  held.holds(revision);
  for (const answer of looks) answer();
  await check;
  await held.check();
  expect(held.areLost).toBe(false);
});
