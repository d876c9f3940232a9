/**
 * Whether the log that a killed process left is still the one that stood there. SQLite takes whatever log it finds, and
 * none for an empty one: a log that was deleted, cut or mixed up would take commits away in silence. What gives it away
 * is the index of the log, `-shm`, which a killed process leaves too: it says how many frames the log had, which of them
 * were copied into the database, and the salt in the log's header. It is never synced, so one from before the machine was
 * started says nothing; and where it is gone as well, nothing is left to tell by.
 */
import { open, stat } from "node:fs/promises";
import { endianness, uptime } from "node:os";

import { HoldfastError } from "@holdfast/core";

/** As https://sqlite.org/walformat.html describes the index: two copies of a header, then how far was copied. */
const index = { bytes: 100, version: 3_007_000, copyAt: 48, isSet: 12, pageSize: 14, frames: 16, salt: 32, copied: 96 };
const logHeader = { bytes: 32, salt: 16 };
const frameHeaderBytes = 24;

interface LogIndex {
  readonly raw: Buffer;
  readonly frames: number;
  /** Of the frames: how many stand in the database as well. */
  readonly copied: number;
  readonly pageBytes: number;
  readonly salt: Buffer;
}

/** STORE_CORRUPT where commits stood in a log that is not there any more, or a log stands alone. Nothing is changed. */
export async function refuseLostLog(path: string): Promise<void> {
  await refuseLoneLog(path);
  const before = await readIndex(`${path}-shm`);
  if (before === undefined || before.frames <= before.copied) return;
  const problem = await problemOf(`${path}-wal`, before);
  if (problem === undefined) return;
  // Somebody else who is at work on the store may have begun the log anew between the two looks.
  const after = await readIndex(`${path}-shm`);
  if (after === undefined || !after.raw.equals(before.raw)) return;
  throw new HoldfastError(
    `the log of ${path} ${problem}: the last commits stood in it and not yet in the database. Put back ${path}-wal as it was, or delete ${path}-shm to go on with what is there, without them`,
    { code: "STORE_CORRUPT", details: { path, frames: before.frames, copied: before.copied } },
  );
}

/** SQLite deletes the log beside an empty database. There is never one: the database has its first page before. */
async function refuseLoneLog(path: string): Promise<void> {
  const sizes = [`${path}-wal`, path].map((each) => stat(each).then(({ size }) => size));
  const [log, database] = await Promise.all(sizes.map((each) => each.catch(() => undefined)));
  if (log === undefined || log === 0 || database === undefined || database > 0) return;
  throw new HoldfastError(
    `${path} is empty, but the log beside it is not: somebody has cut the database off. Put it back, or take the last backup; delete ${path}-wal to begin an empty store`,
    { code: "STORE_CORRUPT", details: { path, logBytes: log } },
  );
}

async function problemOf(path: string, { frames, pageBytes, salt }: LogIndex): Promise<string | undefined> {
  const found = await readStart(path, logHeader.bytes);
  if (found === undefined) return "is gone";
  const whole = logHeader.bytes + frames * (frameHeaderBytes + pageBytes);
  if (found.size < whole) return "was cut off";
  const own = found.start.subarray(logHeader.salt, logHeader.salt + salt.length);
  return found === unreadable || own.equals(salt) ? undefined : "is another one";
}

async function readIndex(path: string): Promise<LogIndex | undefined> {
  const found = await readStart(path, index.bytes);
  if (found === undefined || found.start.length < index.bytes || !isOfThisStart(found.changed)) return undefined;
  const raw = found.start;
  const header = raw.subarray(0, index.copyAt);
  const isWhole = header.equals(raw.subarray(index.copyAt, 2 * index.copyAt));
  if (!isWhole || read32(raw, 0) !== index.version || raw[index.isSet] !== 1) return undefined;
  const pageSize = read16(raw, index.pageSize);
  return {
    raw,
    frames: read32(raw, index.frames),
    copied: read32(raw, index.copied),
    // The largest size does not fit into its 16 bits.
    pageBytes: pageSize === 1 ? 65_536 : pageSize,
    salt: raw.subarray(index.salt, index.salt + 8),
  };
}

/** Whether a file was written since the machine was started. A time to come says that the clock was set back. */
function isOfThisStart(changedMs: number): boolean {
  const now = Date.now();
  return changedMs <= now && changedMs > now - uptime() * 1_000;
}

async function readStart(
  path: string,
  bytes: number,
): Promise<{ readonly start: Buffer; readonly size: number; readonly changed: number } | undefined> {
  try {
    await using file = await open(path);
    const { size, mtimeMs } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return { start: buffer.subarray(0, bytesRead), size, changed: mtimeMs };
  } catch {
    return (await stat(path).catch(() => undefined)) === undefined ? undefined : unreadable;
  }
}

/** Who may not look cannot judge either: SQLite itself will say what is wrong. */
const unreadable = { start: Buffer.alloc(0), size: Infinity, changed: 0 };

function read32(raw: Buffer, at: number): number {
  return endianness() === "LE" ? raw.readUInt32LE(at) : raw.readUInt32BE(at);
}

function read16(raw: Buffer, at: number): number {
  return endianness() === "LE" ? raw.readUInt16LE(at) : raw.readUInt16BE(at);
}
