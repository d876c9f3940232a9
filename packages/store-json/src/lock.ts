/**
 * One writing process at a time. The lock is an exclusive transaction of Node's own SQLite on `<file>.lock`, an empty
 * file: that is a lock of the operating system, which lets go of it when its owner dies, however it dies, and keeps it
 * when its owner merely stalls. Nothing is ever written to that file. Its owner removes it when it lets go; whoever had
 * opened it by then finds that another file, or none, stands under the name once it has the lock, and begins anew: so
 * there are never two owners. Who holds it stands in `<file>.owner`, which is only for people and counts for nothing; a
 * killed owner leaves both behind.
 *
 * Nothing else in the process may open `<file>.lock`: on POSIX systems, closing any handle of a file drops the
 * process's locks on it. Network file systems that do not pass locks on to other hosts are not supported.
 */
import { closeSync, lstatSync, openSync, rmSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileError, HoldfastError, isJsonObject, parseJson } from "@holdfast/core";
import type { DatabaseSync } from "node:sqlite";
import { builtinSqlite } from "./builtin-sqlite.ts";
import { lockPath } from "./lock-path.ts";

export interface FileLock {
  release(): Promise<void>;
}

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** As text of ISO 8601. */
  readonly since: string;
}

export interface LockOptions {
  /** How long to wait for another owner, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Waits for the lock of a file, or fails with STORE_LOCKED, which names the owner, or with ABORTED. */
export async function lockFile(path: string, { timeoutMs, signal }: LockOptions): Promise<FileLock> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if (signal?.aborted === true) throw aborted(path, signal);
    const held = tryLock(lockPath(path));
    if (held !== undefined) return heldLock(path, held);
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) throw locked(path, await readOwner(path));
    await setTimeout(Math.min(leftMs, 5 + Math.random() * 45), undefined, signal === undefined ? {} : { signal }).catch(
      () => undefined,
    );
  }
}

const busyCode = 5;

/** The connection that holds the lock from now on; undefined where somebody else has it. */
function tryLock(file: string): DatabaseSync | undefined {
  const { DatabaseSync: Database } = builtinSqlite();
  let database: DatabaseSync | undefined;
  try {
    const inode = inodeOf(file) ?? createEmpty(file);
    database = new Database(file);
    database.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    if (inode !== undefined && inode === inodeOf(file)) return database;
    database.close();
    return undefined;
  } catch (thrown) {
    database?.close();
    if (thrown instanceof Error && "errcode" in thrown && thrown.errcode === busyCode) return undefined;
    throw HoldfastError.is(thrown) ? thrown : lockFailed(thrown, file);
  }
}

/** INVALID_CONFIG where something else stands under the name: a link may lead anywhere, and opening a pipe may wait for ever. */
function inodeOf(path: string): bigint | undefined {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined || found.isFile()) return found?.ino;
  throw new HoldfastError(`"${path}" must be a file that nobody but Holdfast makes, and is something else`, {
    code: "INVALID_CONFIG",
    details: { path },
  });
}

/** Undefined where another process was faster, or quicker to remove it. */
function createEmpty(path: string): bigint | undefined {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST")) throw thrown;
  }
  return inodeOf(path);
}

async function heldLock(path: string, held: DatabaseSync): Promise<FileLock> {
  const inode = inodeOf(lockPath(path));
  await writeOwner(path).catch(() => undefined);
  return {
    release: async () => {
      try {
        // Where somebody removed the file, another process may have one of its own under the name.
        if (inode === undefined || inode !== inodeOf(lockPath(path))) return;
        await rm(ownerPath(path), { force: true }).catch(() => undefined);
        removeQuietly(lockPath(path));
      } finally {
        held.close();
      }
    },
  };
}

/** Always a new file: what stands under the name may be a link to somebody else's. */
async function writeOwner(path: string): Promise<void> {
  const note: Owner = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  await rm(ownerPath(path), { force: true });
  await writeFile(ownerPath(path), `${JSON.stringify(note)}\n`, { mode: 0o600, flag: "wx" });
}

/** Systems that keep open files under their names keep this one too. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It stays empty, and is taken again.
  }
}

function ownerPath(path: string): string {
  return `${path}.owner`;
}

/** What the owner says of itself; undefined where it has not said it yet. */
async function readOwner(path: string): Promise<Owner | undefined> {
  const text = await readFile(ownerPath(path), "utf8").catch(() => "");
  const note = parseJson(text);
  const { pid, host, since } = isJsonObject(note) ? note : {};
  if (typeof pid !== "number" || typeof host !== "string" || typeof since !== "string") return undefined;
  return { pid, host, since };
}

function locked(path: string, owner: Owner | undefined): HoldfastError {
  const who = owner === undefined ? "another process" : `process ${owner.pid} on ${owner.host} since ${owner.since}`;
  return new HoldfastError(
    `"${path}" is open for writing by ${who}; close it there, wait with lockTimeoutMs, or open it with access: "read"`,
    { code: "STORE_LOCKED", details: { path, ...owner } },
  );
}

function aborted(path: string, signal: AbortSignal): HoldfastError {
  return new HoldfastError(`opening "${path}" was aborted`, { code: "ABORTED", cause: signal.reason });
}

/** SQLite says no more than that the file cannot be opened; the system says why. */
function lockFailed(thrown: unknown, file: string): HoldfastError {
  const isOfSystem = !(thrown instanceof Error && "errcode" in thrown);
  const cause = isOfSystem ? thrown : failureToOpen(dirname(file));
  if (cause !== undefined) return fileError(cause, file, "opened");
  return new HoldfastError(`the lock file "${file}" could not be used`, {
    code: "STORE_UNAVAILABLE",
    retryable: false,
    cause: thrown,
    details: { path: file },
  });
}

function failureToOpen(folder: string): unknown {
  try {
    closeSync(openSync(folder, "r"));
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}
