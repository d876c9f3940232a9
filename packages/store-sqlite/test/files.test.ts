import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";

import { createStore } from "@holdfast/core";
import type { OpenOptions } from "@holdfast/core";
import { backend, openSqliteStore } from "@holdfast/store-sqlite";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";

import { databaseFile } from "../src/database-file.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();

function refusal(path: string, options: OpenOptions = {}): Promise<unknown> {
  return openSqliteStore(path, options).then(
    () => "no error",
    (thrown: unknown) => thrown,
  );
}

describe("opening a file", () => {
  test("makes the file and the folders on the way to it", async () => {
    const path = join(folder, "a", "b", "app.db");
    await using store = await openSqliteStore(relative(process.cwd(), path));
    expect(existsSync(path)).toBe(true);
    expect(store.guarantees).toEqual({
      isolation: "serializable",
      writers: "host",
      durability: "power-loss",
      staleReads: false,
      hints: "watch",
    });
  });

  test("leaves one plain file behind when it is closed", async () => {
    const path = join(folder, "plain", "app.db");
    const store = await openSqliteStore(path);
    await store.write([{ put: { type: "Note", id: "n", documentVersion: 1, body: { text: "hello" } }, expect: "any" }]);
    await store.close();
    expect(readdirSync(join(folder, "plain"))).toEqual(["app.db"]);
  });

  test("keeps records readable with any SQLite client", async () => {
    const path = join(folder, "readable.db");
    const fields = [
      { name: "done", kind: "boolean" },
      { name: "status", kind: "string" },
    ] as const;
    const layout = { types: [{ type: "Job", schemaVersion: 1, fields, indexes: [], references: [] }] };
    const store = await openSqliteStore(path, { model: { layout } });
    const body = { status: "running", done: true, note: "kept" };
    await store.write([{ put: { type: "Job", id: "j1", documentVersion: 1, body }, expect: "absent" }]);
    await store.close();
    const database = new Database(path, { readonly: true });
    expect(database.prepare('select _id, _version, done, status, _body from "Job"').all()).toEqual([
      { _id: "j1", _version: 1, done: 1, status: "running", _body: JSON.stringify(body) },
    ]);
    database.close();
  });

  test.for([
    ["text", Buffer.from("these are my notes, and they are longer than a header of SQLite has to be".repeat(20))],
    ["five bytes", Buffer.from("hello")],
    ["noise", Buffer.alloc(8192, 7)],
    ["a damaged header", Buffer.concat([Buffer.from("SQLite format 4\0"), Buffer.alloc(8176, 1)])],
  ] as const)("refuses a file that is no database, %s, and leaves it as it is", async ([name, content]) => {
    const path = join(folder, `${name}.db`);
    writeFileSync(path, content);
    expect(await refusal(path)).toMatchObject({ code: "STORE_CORRUPT", retryable: false, outcome: "none" });
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  test("refuses the database of another program, and leaves it as it is", async () => {
    for (const mark of [0, 4711]) {
      const path = join(folder, `foreign-${mark}.db`);
      const database = new Database(path);
      database.exec(`pragma application_id = ${mark}; create table theirs (id integer)`);
      database.close();
      const before = readFileSync(path);
      expect(await refusal(path)).toMatchObject({ code: "INVALID_CONFIG" });
      expect(readFileSync(path).equals(before)).toBe(true);
    }
  });

  test("refuses a folder, and a path through a file", async () => {
    const inner = join(folder, "inner");
    mkdirSync(inner);
    expect(await refusal(inner)).toMatchObject({ code: "INVALID_CONFIG" });
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(await refusal(join(file, "app.db"))).toMatchObject({ code: "INVALID_CONFIG" });
  });

  test("reads only what is there: a store that is opened to read is not made", async () => {
    const path = join(folder, "nowhere", "app.db");
    expect(await refusal(path, { access: "read" })).toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
  });

  test("opens an empty file as a new store", async () => {
    const path = join(folder, "empty.db");
    writeFileSync(path, "");
    await using store = await openSqliteStore(path);
    expect(await store.count("Note")).toBe(0);
  });

  test("follows a link to a file, and is one store with it", async () => {
    const path = join(folder, "linked", "real.db");
    await (await openSqliteStore(path)).close();
    symlinkSync(path, join(folder, "link.db"));
    const driver = backend.driver(`sqlite:${join(folder, "link.db")}`);
    await using store = await createStore({ backend: "sqlite", driver, options: {} });
    expect(driver.identity).toBe(`sqlite:${realpathSync(path)}`);
    expect(await store.count("Note")).toBe(0);
    expect(lstatSync(join(folder, "link.db")).isSymbolicLink()).toBe(true);
  });

  test("refuses a link that leads nowhere, and makes nothing", async () => {
    const path = join(folder, "dangling.db");
    symlinkSync(join(folder, "not-there.db"), path);
    for (const access of ["read", "write"] as const) {
      expect(await refusal(path, { access })).toMatchObject({ code: "STORE_UNAVAILABLE", retryable: false });
    }
    expect(existsSync(join(folder, "not-there.db"))).toBe(false);
  });

  test("refuses a file with two names: each would have a log of its own", async () => {
    const path = join(folder, "one-name.db");
    await (await openSqliteStore(path)).close();
    linkSync(path, join(folder, "other-name.db"));
    expect(await refusal(path)).toMatchObject({ code: "INVALID_CONFIG" });
    expect(await refusal(join(folder, "other-name.db"), { access: "read" })).toMatchObject({ code: "INVALID_CONFIG" });
  });

  test("refuses names and paths that are too long for what stands beside the file", async () => {
    for (const path of ["n".repeat(300), join("d".repeat(200), "d".repeat(200), "d".repeat(200), "app.db")]) {
      expect(await refusal(join(folder, path))).toMatchObject({ code: "INVALID_CONFIG" });
    }
  });

  test("makes the file and its folder for their owner alone, and leaves the rights of those that are there", async () => {
    const path = join(folder, "private", "app.db");
    await using store = await openSqliteStore(path);
    await store.write([{ put: { type: "Note", id: "n", documentVersion: 1, body: {} }, expect: "any" }]);
    for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    const shared = join(folder, "shared.db");
    writeFileSync(shared, "", { mode: 0o640 });
    await using other = await openSqliteStore(shared);
    await other.write([{ put: { type: "Note", id: "n", documentVersion: 1, body: {} }, expect: "any" }]);
    for (const file of [shared, `${shared}-wal`]) expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  test("refuses a network file system, unless it is opened to read, and makes nothing there", async () => {
    const path = join(folder, "on-nfs", "app.db");
    const parts = { fileSystemType: async () => 0x6969 };
    await expect(databaseFile(path, "write", parts)).rejects.toMatchObject({
      code: "INVALID_CONFIG",
      details: { fileSystem: "NFS" },
    });
    expect(existsSync(dirname(path))).toBe(false);
    await (await openSqliteStore(path)).close();
    expect(await databaseFile(path, "read", parts)).toMatchObject({ path: realpathSync(path) });
  });

  test("refuses URLs that are none of a file", () => {
    for (const url of [
      "sqlite:",
      "sqlite:file:a.db?mode=memory",
      "sqlite:a.db?vfs=unix-none",
      "sqlite://host/app.db",
      "sqlite:a\0b",
      "postgres://host/app",
      "app.db",
    ]) {
      expect(() => backend.driver(url)).toThrow(expect.objectContaining({ code: "INVALID_CONFIG" }));
    }
  });
});

describe("a store in memory", () => {
  test("ends with the store, and leaves no file behind", async () => {
    const driver = backend.driver("sqlite::memory:");
    const store = await createStore({ backend: "sqlite", driver, options: {} });
    const path = driver.identity.replace("sqlite:", "");
    expect(existsSync(path)).toBe(true);
    await store.close();
    expect(existsSync(dirname(path))).toBe(false);
    expect(store.guarantees).toMatchObject({ writers: "process", durability: "none" });
  });

  test("is another one each time", async () => {
    await using one = await openSqliteStore(":memory:");
    await using two = await openSqliteStore(":memory:");
    await one.write([{ put: { type: "Note", id: "n", documentVersion: 1, body: {} }, expect: "any" }]);
    expect(await two.count("Note")).toBe(0);
  });
});
