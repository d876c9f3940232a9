import { join } from "node:path";

import Database from "better-sqlite3";
import { expect, test } from "vitest";

import { openWriter } from "../src/open-database.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();

/** SQLite's own numbers: 1 leaves the last commits to the operating system, 2 syncs each. */
test.each([
  ["power-loss", 2],
  ["process-crash", 1],
] as const)("a connection to write with syncs its commits as %s asks, and checks references", (durability, level) => {
  const database = openWriter(Database, join(folder, `${durability}.db`), durability);
  try {
    expect(database.pragma("synchronous", { simple: true })).toBe(level);
    expect(database.pragma("foreign_keys", { simple: true })).toBe(1);
  } finally {
    database.close();
  }
});
