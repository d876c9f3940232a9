/**
 * Where the database file is. Its folder is made, for the owner alone, and so is the file where there is none; nothing
 * else is written here, so a wrong path leaves no trace but that. A store in memory is a file all the same, in a private
 * temporary folder that goes with it: SQLite's own in-memory databases have no second connection, and so no reads beside
 * a transaction.
 */
import { closeSync, constants, openSync } from "node:fs";
import type { Stats } from "node:fs";
import { access, lstat, mkdir, mkdtemp, realpath, rm, stat, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

import { fileError, fileSystemType, HoldfastError, requireLocal, systemCode } from "@holdfast/core";
import type { DriverOptions } from "@holdfast/core";

export interface DatabaseFile {
  /** Absolute, with all links in it resolved. */
  readonly path: string;
  /** The path of the database that is meant: another one where this is a copy. */
  readonly named: string;
  /** A database in memory and a copy end with the store. */
  readonly kind: "file" | "memory" | "copy";
  /** Deletes what only this store used. */
  remove(): Promise<void>;
}

/** What is asked of the system, handed in for tests. */
export interface DatabaseFileParts {
  /** The type of the file system that a path is on, as Linux numbers them; undefined where nothing is known. */
  readonly fileSystemType: (path: string) => Promise<number | undefined>;
}

/** The name of a store that lives as long as it is open. */
export const memoryName = ":memory:";

/** SQLite itself takes no longer paths on POSIX systems, and the names beside the file's need their room. In bytes. */
const pathBytesMost = 504;

/** INVALID_CONFIG for a path that cannot be a database file, STORE_READ_ONLY for one that may not be written. */
export async function databaseFile(
  name: string,
  mode: DriverOptions["access"],
  parts: DatabaseFileParts = { fileSystemType: (path) => fileSystemType(path, statfs) },
): Promise<DatabaseFile> {
  if (name === memoryName) return temporaryFile();
  const given = resolve(name);
  checkLength(given);
  try {
    if (mode === "write") {
      requireLocal(given, await parts.fileSystemType(given));
      await makeFolder(dirname(given));
    }
    const path = await withoutLinks(given);
    await checkBeside(path);
    await (mode === "write" ? prepareToWrite(path) : checkReadable(path));
    return { path, named: path, kind: "file", remove: async () => undefined };
  } catch (thrown) {
    throw fileError(thrown, given, mode === "write" ? "opened" : "read");
  }
}

async function temporaryFile(): Promise<DatabaseFile> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  const path = join(folder, "memory.db");
  return { path, named: path, kind: "memory", remove };
}

/** Node's own recursive `mkdir` never comes back where a file system refuses folders with ENOENT, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path, 0o700).catch(async (thrown: unknown) => {
    if (systemCode(thrown) !== "EEXIST" || !(await stat(path)).isDirectory()) throw thrown;
  });
}

/** One path for one file: the log beside it has its name from the path, so two paths would be two logs. */
async function withoutLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (thrown) {
    if (systemCode(thrown) !== "ENOENT") throw thrown;
    const found = await ifThere(lstat(path));
    if (found === undefined) return join(await realpath(dirname(path)), basename(path));
    // Another process has made it between the two looks.
    if (!found.isSymbolicLink()) return withoutLinks(path);
    throw new HoldfastError(`${path} is a link to a file that does not exist`, {
      code: "STORE_UNAVAILABLE",
      retryable: false,
      cause: thrown,
      details: { path },
    });
  }
}

async function prepareToWrite(path: string): Promise<void> {
  const found = await ifThere(stat(path));
  if (found !== undefined) checkKind(found, path);
  await access(dirname(path), constants.W_OK | constants.X_OK);
  if (found === undefined) makeFile(path);
  else await access(path, constants.W_OK);
}

/** SQLite opens what stands under the names of its log and of the log's index, whatever that is. */
async function checkBeside(path: string): Promise<void> {
  for (const file of [`${path}-wal`, `${path}-shm`, `${path}-journal`]) {
    const found = await ifThere(lstat(file));
    if (found !== undefined && !found.isFile()) throw invalid(`${file} must be a file that SQLite makes`, file);
  }
}

async function checkReadable(path: string): Promise<void> {
  checkKind(await stat(path), path);
  await access(path, constants.R_OK);
}

function checkKind(found: Stats, path: string): void {
  if (!found.isFile()) throw invalid(`${path} is not a file`, path);
  if (found.nlink <= 1) return;
  throw invalid(
    `${path} has ${found.nlink} names (hard links), and SQLite's log would be a different one for each`,
    path,
  );
}

function checkLength(path: string): void {
  const bytes = Buffer.byteLength(path);
  if (process.platform === "win32" || bytes <= pathBytesMost) return;
  throw invalid(`${path} is ${bytes} bytes long; SQLite takes paths of at most ${pathBytesMost}`, path);
}

/**
 * SQLite would make a file that everybody can read. Its log and the log's index have the rights of the file. Opened and
 * closed at once: a close drops all locks that the process has on a file, and another store may take some in between.
 */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (thrown) {
    if (systemCode(thrown) !== "EEXIST") throw thrown;
  }
}

async function ifThere(facts: Promise<Stats>): Promise<Stats | undefined> {
  try {
    return await facts;
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}

function invalid(message: string, path: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_CONFIG", details: { path } });
}
