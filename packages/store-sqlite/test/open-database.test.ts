import { join } from "node:path";

import { openSqliteStore } from "@holdfast/store-sqlite";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { index, model, type } from "@holdfast-tooling/sql-fixtures";

import { openReader, openWriter } from "../src/open-database.ts";
import { applySettings } from "../src/settings.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();

function readBack(database: Database.Database, names: readonly string[]): readonly unknown[] {
  return names.map((name) => database.pragma(name, { simple: true }));
}

/** SQLite's own numbers for `synchronous`: 1 leaves the last commits to the operating system, 2 syncs each. */
test.each([
  ["power-loss", 2],
  ["process-crash", 1],
] as const)("a connection to write with syncs its commits as %s asks, and checks references", (durability, level) => {
  const database = openWriter(Database, join(folder, `${durability}.db`), durability);
  try {
    const names = ["journal_mode", "synchronous", "foreign_keys", "trusted_schema", "cell_size_check"];
    expect(readBack(database, names)).toEqual(["wal", level, 1, 0, 1]);
    expect(readBack(database, ["journal_size_limit", "wal_autocheckpoint", "busy_timeout"])).toEqual([
      64 * 2 ** 20,
      4_000,
      0,
    ]);
  } finally {
    database.close();
  }
});

test("a connection to read with trusts neither the schema nor the pages, and cannot write", () => {
  const path = join(folder, "reader.db");
  openWriter(Database, path, "power-loss").close();
  const database = openReader(Database, path, { use: "shared", isKnown: false });
  try {
    expect(readBack(database, ["trusted_schema", "cell_size_check", "busy_timeout"])).toEqual([0, 1, 0]);
    expect(() => database.exec("create table t (a)")).toThrow("readonly");
  } finally {
    database.close();
  }
});

test("a reader for transactions keeps few pages, so that many take little memory; the writer and the reader of all else keep more", () => {
  const path = join(folder, "pages.db");
  const writer = openWriter(Database, path, "power-loss");
  const all = [
    writer,
    openReader(Database, path, { use: "shared", isKnown: false }),
    openReader(Database, path, { use: "lent", isKnown: false }),
  ];
  expect(all.map((each) => readBack(each, ["cache_size"]))).toEqual([[-16_000], [-16_000], [-4_000]]);
  for (const each of all) each.close();
});

test("a build of SQLite that does not take a setting is refused", () => {
  const database = new Database(":memory:");
  try {
    expect(() => applySettings(database, { foreign_keys: 7 })).toThrow("foreign_keys = 7");
    expect(() => applySettings(database, { no_such_setting: 1 })).toThrow("no_such_setting = 1");
  } finally {
    database.close();
  }
});

test("every table is strict, and the file says whose it is", async () => {
  const path = join(folder, "strict.db");
  const types = [type("Job", { status: "string", done: "boolean" }, [index("status")]), type("Mission", {})];
  await (await openSqliteStore(path, { model: model(...types) })).close();
  const database = new Database(path, { readonly: true });
  try {
    const tables = database
      .prepare("select name, strict from pragma_table_list where schema = 'main' and name not like 'sqlite_%'")
      .all();
    expect(tables).toContainEqual({ name: "Job", strict: 1 });
    expect(tables).not.toContainEqual(expect.objectContaining({ strict: 0 }));
    expect(database.pragma("application_id", { simple: true })).toBe(0x486f4c64);
  } finally {
    database.close();
  }
});
