/**
 * Where the database file is. Its folder is made; nothing else is written here, so a wrong path leaves no trace but
 * that. A store in memory is a file all the same, in a private temporary folder that goes with it: SQLite's own
 * in-memory databases have no second connection, and so no reads beside a transaction.
 */
import { constants } from "node:fs";
import { access, mkdir, mkdtemp, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

import { fileError, HoldfastError, systemCode } from "@holdfast/core";
import type { DriverOptions } from "@holdfast/core";

export interface DatabaseFile {
  /** Absolute, with the links in its folder resolved. */
  readonly path: string;
  /** Whether it ends with the store. */
  readonly isTemporary: boolean;
  /** Deletes what only this store used. */
  remove(): Promise<void>;
}

/** The name of a store that lives as long as it is open. */
const memoryName = ":memory:";

/** INVALID_CONFIG for a path that cannot be a database file, STORE_READ_ONLY for one that may not be written. */
export async function databaseFile(name: string, mode: DriverOptions["access"]): Promise<DatabaseFile> {
  if (name === memoryName) return temporaryFile();
  const given = resolve(name);
  try {
    if (mode === "write") await makeFolder(dirname(given));
    const path = join(await realpath(dirname(given)), basename(given));
    await checkFile(path, mode);
    return { path, isTemporary: false, remove: async () => undefined };
  } catch (thrown) {
    throw fileError(thrown, given, mode === "write" ? "opened" : "read");
  }
}

async function temporaryFile(): Promise<DatabaseFile> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  return { path: join(folder, "memory.db"), isTemporary: true, remove };
}

/** Node's own recursive `mkdir` never comes back where a file system refuses folders with ENOENT, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path).catch(async (thrown: unknown) => {
    if (systemCode(thrown) !== "EEXIST" || !(await stat(path)).isDirectory()) throw thrown;
  });
}

async function checkFile(path: string, mode: DriverOptions["access"]): Promise<void> {
  const found = await stat(path).catch((thrown: unknown) => {
    if (systemCode(thrown) === "ENOENT" && mode === "write") return undefined;
    throw thrown;
  });
  if (found !== undefined && !found.isFile()) {
    throw new HoldfastError(`${path} is not a file`, { code: "INVALID_CONFIG", details: { path } });
  }
  await access(found === undefined ? dirname(path) : path, mode === "write" ? constants.W_OK : constants.R_OK);
}
