/**
 * New files. Each is written beside its name, synced and proven, and only then takes its name, which is synced too: whatever
 * stops the process or fills the disk, under the name stands a whole file or nothing. What is there already is never
 * overwritten. The file is its owner's alone to read. Nothing is locked. What a kill leaves beside the name ends in
 * `.partial`, and may be removed.
 */
import { randomBytes } from "node:crypto";
import { link, open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import path from "node:path";

import { fileError, HoldfastError, systemCode } from "@holdfast/core";

const ownerOnly = 0o600;

/** Takes the next bytes; the promise says that there is room for more. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

export interface NewFile<T> {
  readonly fill: (write: WriteBytes) => Promise<void>;
  /** Reads what was written before it gets its name, while it is synced; what it throws leaves no file. */
  readonly prove: (partial: string) => Promise<T>;
}

/** What `prove` says of the file. INVALID_CONFIG where something stands there, STORE_FULL where there is no room. */
export async function saveNewFile<T>(file: string, { fill, prove }: NewFile<T>): Promise<T> {
  const partial = `${file}.${randomBytes(6).toString("hex")}.partial`;
  await refuseExisting(file);
  try {
    const proof = await provenPartial(partial, file, { fill, prove });
    await takeName(partial, file);
    return proof;
  } catch (thrown) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw HoldfastError.is(thrown) ? thrown : fileError(thrown, file, "saved");
  }
}

async function provenPartial<T>(partial: string, file: string, { fill, prove }: NewFile<T>): Promise<T> {
  const handle = await onFile(file, () => open(partial, "wx", ownerOnly));
  try {
    await fill((bytes) => onFile(file, () => writeAll(handle, bytes)));
    const [synced, proof] = await Promise.allSettled([onFile(file, () => handle.sync()), prove(partial)]);
    // A disk that fails is told of as such, whatever is read from it.
    if (synced.status === "rejected") throw synced.reason;
    if (proof.status === "rejected") throw proof.reason;
    await onFile(file, () => handle.close());
    return proof.value;
  } catch (thrown) {
    await handle.close().catch(() => undefined);
    throw thrown;
  }
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
  return new HoldfastError(`"${file}" is there already, and nothing is ever overwritten: give another name`, {
    code: "INVALID_CONFIG",
    details: { path: file },
  });
}
