/**
 * Archives in files. A new one is written beside its name, synced, read back and proven whole, and only then takes its
 * name, which is synced too: whatever stops the process or fills the disk, under the name stands a whole archive or
 * nothing. What is there already is never overwritten. The file is its owner's alone to read. Nothing is locked. What a
 * kill leaves beside the name ends in `.partial`, and may be removed.
 */
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import path from "node:path";

import { fileError, HoldfastError, systemCode, type Store } from "@holdfast/core";

import { inspectArchive, type ArchiveInfo, type ArchiveSource } from "./read-archive.ts";
import type { Bytes } from "./blocks.ts";
import { archiveBytes, type WriteArchiveOptions } from "./write-archive.ts";

const pieceBytes = 256 * 1024;
const ownerOnly = 0o600;

/** The archive in a file, for as often as it is read. Its errors are a store's: STORE_UNAVAILABLE where there is no file. */
export function archiveFile(file: string): ArchiveSource {
  return () => pieces(file);
}

async function* pieces(file: string): AsyncGenerator<Uint8Array, void> {
  const stream = createReadStream(file, { highWaterMark: pieceBytes });
  try {
    for await (const piece of stream) yield piece as Buffer;
  } catch (thrown) {
    throw fileError(thrown, file, "read");
  } finally {
    stream.destroy();
  }
}

/**
 * Writes an archive of a store to a file that is not there yet, and says what is in it. INVALID_CONFIG where something
 * stands there, STORE_FULL where there is no room; then nothing is left behind.
 */
export async function saveArchive(store: Store, file: string, options: WriteArchiveOptions = {}): Promise<ArchiveInfo> {
  const partial = `${file}.${randomBytes(6).toString("hex")}.partial`;
  await refuseExisting(file);
  try {
    await writeNew(partial, archiveBytes(store, options), file);
    const info = await inspectArchive(archiveFile(partial), options);
    await takeName(partial, file);
    return info;
  } catch (thrown) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw HoldfastError.is(thrown) ? thrown : fileError(thrown, file, "saved");
  }
}

async function writeNew(partial: string, bytes: Bytes, file: string): Promise<void> {
  const handle = await onFile(file, () => open(partial, "wx", ownerOnly));
  try {
    for await (const piece of bytes) await onFile(file, () => writeAll(handle, piece));
    await onFile(file, () => handle.sync());
  } catch (thrown) {
    await handle.close().catch(() => undefined);
    throw thrown;
  }
  await onFile(file, () => handle.close());
}

/** What the store throws stays its own; what the disk does is told of the file. */
async function onFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw fileError(thrown, file, "saved");
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.byteLength;) {
    written += (await handle.write(bytes, written)).bytesWritten;
  }
}

async function refuseExisting(file: string): Promise<void> {
  const standing = await stat(file).catch((thrown: unknown) => {
    if (systemCode(thrown) === "ENOENT") return undefined;
    throw fileError(thrown, file, "saved");
  });
  if (standing !== undefined) throw existing(file);
}

/** A link never takes the place of another file, as a rename would; where there are no links, the look before must do. */
async function takeName(partial: string, file: string): Promise<void> {
  try {
    await link(partial, file);
    await rm(partial);
  } catch (thrown) {
    const system = systemCode(thrown) ?? "";
    if (system === "EEXIST") throw existing(file);
    if (!/^(EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS|EMLINK)$/.test(system)) throw thrown;
    await rename(partial, file);
  }
  await syncFolder(path.dirname(file));
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function existing(file: string): HoldfastError {
  return new HoldfastError(`"${file}" is there already, and an archive never overwrites anything: give another name`, {
    code: "INVALID_CONFIG",
    details: { path: file },
  });
}
