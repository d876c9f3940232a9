import { closeSync, ftruncateSync, openSync, rmSync, writeSync, statSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname } from "node:path";

import { fileError, HoldfastError } from "@holdfast/core";

/** Codes behind which several causes stand that SQLite does not tell apart: a limit, a quota, too many open files. */
const untold = /^SQLITE_(?:CANTOPEN|IOERR_(?:WRITE|TRUNCATE|SHMOPEN|SHMMAP|FSTAT))$/;
const pageBytes = 4096;
/** How many files a store that is being opened has open at once, with some to spare. */
const filesOfStore = 12;

/**
 * The error again, with what the system itself says where SQLite says no more than that the disk failed or a file cannot be
 * opened: asked by opening the folder as often as a store opens its files, and where the store is written, by writing a
 * page to a new file as long as the longest of the database's. The same error where the system finds nothing wrong.
 */
export function withUntoldCause(error: HoldfastError, path: string, access: "read" | "write"): HoldfastError {
  const code = error.details["code"];
  if (typeof code !== "string" || !untold.test(code) || "path" in error.details) return error;
  try {
    openOften(dirname(path));
    if (access === "write") writePage(path);
    return error;
  } catch (thrown) {
    const told = fileError(thrown, path, access === "write" ? "saved" : "read");
    const { retryable, details } = told;
    return new HoldfastError(told.message, {
      code: told.code,
      retryable,
      cause: error.cause,
      details: { ...details, code },
    });
  }
}

/** What SQLite had opened when it ran out of room for more is closed by now. */
function openOften(folder: string): void {
  const files: number[] = [];
  try {
    for (let at = 0; at < filesOfStore; at++) files.push(openSync(folder, "r"));
  } finally {
    for (const file of files) closeSync(file);
  }
}

function writePage(path: string): void {
  const probe = `${path}.${randomBytes(8).toString("hex")}.tmp`;
  const file = openSync(probe, "wx", 0o600);
  try {
    const longest = Math.max(
      ...[path, `${path}-wal`].map((each) => statSync(each, { throwIfNoEntry: false })?.size ?? 0),
    );
    writeSync(file, Buffer.alloc(pageBytes), 0, pageBytes, longest);
    ftruncateSync(file, 0);
  } finally {
    closeSync(file);
    rmSync(probe, { force: true });
  }
}
