/**
 * Whether the log that a killed process left still stands there. SQLite takes a missing log for an empty one, and deletes
 * the one beside an empty database: commits would go away in silence. What gives a missing log away is its index, `-shm`,
 * which a killed process leaves too, and which says how many frames the log had and how many of them were copied into the
 * database. It is never synced, so one from before the machine was started says nothing; and where it is gone as well,
 * nothing is left to tell by.
 *
 * The index may be opened here only because the log is gone: to close a file drops all locks that the process has on it,
 * those of other stores and threads too. SQLite makes the log before its index and removes it after, so nobody who is
 * at work has an index without a log. A log that was cut, or mixed up with another one, can therefore not be told.
 */
import { readFile, stat } from "node:fs/promises";
import { endianness, uptime } from "node:os";

import { HoldfastError } from "@holdfast/core";

/** As https://sqlite.org/walformat.html describes it: two copies of a header, then how far was copied. */
const index = { bytes: 100, version: 3_007_000, copyAt: 48, isSet: 12, frames: 16, copied: 96 };

/** STORE_CORRUPT where commits stood in a log that is not there any more, or a log stands alone. Nothing is changed. */
export async function refuseLostLog(path: string): Promise<void> {
  // In this order, since others may open, write and close meanwhile.
  const before = await factsOf(`${path}-shm`);
  const log = await factsOf(`${path}-wal`);
  const [after, database] = [await factsOf(`${path}-shm`), await factsOf(path)];
  if (log === undefined && before !== undefined && before.file === after?.file && isOfThisStart(after.changed)) {
    await refuseLostFrames(path);
  }
  if (log === undefined || log.bytes === 0 || database === undefined || database.bytes > 0) return;
  throw new HoldfastError(
    `${path} is empty, but the log beside it is not: the database was cut off. Put it back, or take the last backup; delete ${path}-wal to begin an empty store`,
    { code: "STORE_CORRUPT", details: { path, logBytes: log.bytes } },
  );
}

async function refuseLostFrames(path: string): Promise<void> {
  const raw = await readFile(`${path}-shm`).catch(() => undefined);
  if (raw === undefined || raw.length < index.bytes) return;
  const [header, copy] = [raw.subarray(0, index.copyAt), raw.subarray(index.copyAt, 2 * index.copyAt)];
  if (!header.equals(copy) || read32(raw, 0) !== index.version || raw[index.isSet] !== 1) return;
  const [frames, copied] = [read32(raw, index.frames), read32(raw, index.copied)];
  if (frames <= copied) return;
  throw new HoldfastError(
    `the log of ${path} is gone: the last commits stood in it and not yet in the database. Put back ${path}-wal, or delete ${path}-shm to go on with what the database holds, without them`,
    { code: "STORE_CORRUPT", details: { path, frames, copied } },
  );
}

async function factsOf(
  path: string,
): Promise<{ readonly file: number; readonly bytes: number; readonly changed: number } | undefined> {
  return stat(path).then(
    ({ ino, size, mtimeMs }) => ({ file: ino, bytes: size, changed: mtimeMs }),
    () => undefined,
  );
}

/** Whether a file was written since the machine was started. A time to come says that the clock was set back. */
function isOfThisStart(changedMs: number): boolean {
  const now = Date.now();
  return changedMs <= now && changedMs > now - uptime() * 1_000;
}

function read32(raw: Buffer, at: number): number {
  return endianness() === "LE" ? raw.readUInt32LE(at) : raw.readUInt32BE(at);
}
