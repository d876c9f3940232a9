/**
 * A database is written under another name beside its place and gets its own when it is whole and synced, so a crash
 * leaves no half of one. Nothing that stands there is replaced.
 */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";

import { fileError, HoldfastError, pathProblem } from "@holdfast/core";
import type { DatabaseSync } from "node:sqlite";

import { builtinSqlite } from "./builtin-sqlite.ts";

/** Beside a database, SQLite takes these for a part of it. */
const parts = ["", "-wal", "-shm", "-journal"] as const;

/**
 * Makes a database at a path, its folders too, filled by `fill`, in the mode with a write-ahead log. INVALID_CONFIG where
 * something stands there already, or the path is none; what a file system refuses is told as of a store's file.
 */
export async function newDatabase(path: string, fill: (database: DatabaseSync) => Promise<void>): Promise<void> {
  refusePlace(path);
  const temporary = `${resolve(path)}.${randomUUID()}.partial`;
  try {
    await mkdir(dirname(temporary), { recursive: true });
    const { DatabaseSync: Database } = builtinSqlite();
    const database = new Database(temporary, { enableForeignKeyConstraints: false });
    try {
      // Nobody reads it before it is whole, and until then there is nothing to go back to.
      database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
      await fill(database);
      database.exec("COMMIT; PRAGMA journal_mode = WAL");
    } finally {
      database.close();
    }
    await sync(temporary);
    refusePlace(path);
    await rename(temporary, path);
    await sync(dirname(temporary));
  } catch (thrown) {
    throw HoldfastError.is(thrown) ? thrown : fileError(thrown, path, "saved");
  } finally {
    await Promise.all(parts.map((part) => rm(`${temporary}${part}`, { force: true })));
  }
}

function refusePlace(path: string): void {
  const problem = pathProblem(path);
  if (problem !== undefined) throw invalid(path, `the path of a database ${problem}`);
  const taken = parts.map((part) => `${path}${part}`).find((each) => existsSync(each));
  if (taken !== undefined) throw invalid(path, `"${taken}" is there already: name a file that is not, or remove it`);
}

async function sync(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function invalid(path: string, message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_CONFIG", details: { path } });
}
