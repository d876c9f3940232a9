import { copyFileSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import { HoldfastError } from "@holdfast/core";
import type { Store } from "@holdfast/core";
import { openSqliteStore } from "@holdfast/store-sqlite";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";

import { temporaryFolder } from "./temporary-folder.ts";

const folder = realpathSync(temporaryFolder());

function put(store: Store, id: string): Promise<unknown> {
  return store.write([{ put: { type: "Note", id, documentVersion: 1, body: { text: id } }, expect: "absent" }]);
}

async function storeOf(path: string, ...ids: readonly string[]): Promise<Store> {
  const store = await openSqliteStore(path);
  for (const id of ids) await put(store, id);
  return store;
}

async function idsIn(path: string): Promise<readonly string[]> {
  await using store = await openSqliteStore(path);
  expect(await store.check()).toMatchObject({ problems: [] });
  return (await store.find({ type: "Note" })).records.map(({ id }) => id);
}

async function expectRefusal(store: Store, path: string, found: "changed" | "gone"): Promise<void> {
  const refusal = { code: "STORE_UNAVAILABLE", retryable: false, outcome: "none", details: { path, found } };
  for (const id of ["next", "after it"]) await expect(put(store, id)).rejects.toMatchObject(refusal);
  expect(await store.count("Note")).toBe(2);
}

describe("a database that changes under an open store is noticed before the next write is acknowledged:", () => {
  test("it was deleted", async () => {
    const path = join(folder, "deleted.db");
    const store = await storeOf(path, "one", "two");
    rmSync(path);
    await expectRefusal(store, path, "gone");
    await store.close();
    expect(await idsIn(path)).toEqual([]);
  });

  test("it was moved, and holds all that was acknowledged where it is", async () => {
    const path = join(folder, "before.db");
    const store = await storeOf(path, "one", "two");
    renameSync(path, join(folder, "moved.db"));
    await expectRefusal(store, path, "gone");
    await store.close();
    expect(await idsIn(join(folder, "moved.db"))).toEqual(["one", "two"]);
  });

  test("its folder was moved, and it holds all that was acknowledged where it is", async () => {
    const path = join(folder, "here", "app.db");
    const store = await storeOf(path, "one", "two");
    renameSync(dirname(path), join(folder, "there"));
    await expectRefusal(store, path, "gone");
    await store.close();
    expect(await idsIn(join(folder, "there", "app.db"))).toEqual(["one", "two"]);
  });

  test("another store took its place, and neither the log nor a reader mixes them", async () => {
    const [path, other] = [join(folder, "replaced.db"), join(folder, "other.db")];
    await (await storeOf(other, "theirs")).close();
    const content = readFileSync(other);
    const store = await storeOf(path, "one", "two");
    renameSync(other, path);
    const manyReaders = Array.from({ length: 4 }, () =>
      store.transaction((session) => session.count("Note"), { readOnly: true }),
    );
    const answers = await Promise.all(
      manyReaders.map((each) => each.catch((thrown: unknown) => HoldfastError.is(thrown) && thrown.code)),
    );
    for (const answer of answers) expect([2, "STORE_UNAVAILABLE"]).toContain(answer);
    await expectRefusal(store, path, "changed");
    await store.close();
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(await idsIn(path)).toEqual(["theirs"]);
  });

  test("an older copy of it took its place, and opens as it was", async () => {
    const [path, copy] = [join(folder, "restored.db"), join(folder, "copy.db")];
    await (await storeOf(path, "one")).close();
    copyFileSync(path, copy);
    const store = await storeOf(path, "two");
    renameSync(copy, path);
    await expectRefusal(store, path, "changed");
    await store.close();
    expect(await idsIn(path)).toEqual(["one"]);
  });

  test.for(["-wal", "-shm"])("its %s was deleted, and nothing that was acknowledged is lost", async (suffix) => {
    const path = join(folder, `without${suffix}.db`);
    const store = await storeOf(path, "one", "two");
    rmSync(`${path}${suffix}`);
    await expectRefusal(store, `${path}${suffix}`, "gone");
    await store.close();
    expect(await idsIn(path)).toEqual(["one", "two"]);
    expect(readdirSync(folder).filter((name) => name.startsWith(`without${suffix}.db-`))).toEqual([]);
  });
});

test("another program's checkpoint, backup and reading change nothing of what is held", async () => {
  const path = join(folder, "shared.db");
  const store = await storeOf(path, "one");
  const other = new Database(path);
  other.pragma("wal_checkpoint(TRUNCATE)");
  await other.backup(join(folder, "backup.db"));
  other.close();
  await put(store, "two");
  await store.close();
  expect(await idsIn(path)).toEqual(["one", "two"]);
});
