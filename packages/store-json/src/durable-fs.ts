/**
 * The operations of a file system that a save consists of, one method each, so that what is promised about crashes can
 * be tested by a file system that fails, forgets or records. Nothing here tries again: a failed sync in particular is
 * reported once by the kernel, which then takes the pages for clean. Folders cannot be synced on Windows, where a
 * rename is as durable as NTFS makes it. What is named `Now` is done on the calling thread, which stands still for it: some
 * microseconds for a look or a write of some kilobytes, and as long as the disk takes for a sync. All else is done beside it.
 */
import { constants, fdatasyncSync, statSync, writeSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { access, link, mkdir, open, readdir, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { FileHandle } from "node:fs/promises";

export interface FileFacts {
  readonly kind: "file" | "folder" | "other";
  readonly size: number;
  /** The permission bits. */
  readonly mode: number;
  /** Tells one file from another, whatever stands in it and under whatever name. */
  readonly identity: string;
  /** Differs when the file was replaced or changed. */
  readonly revision: string;
}

export interface WritableFile {
  /** Writes what it can from this byte of the file on, and says how many bytes that was. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  /** Resolves when everything written is on the medium. */
  sync(): Promise<void>;
  /** The same for the content and the length, but not for times and rights. */
  syncData(): Promise<void>;
  /** As `write`, done when it comes back. */
  writeNow(bytes: Uint8Array, position: number): number;
  /** As `syncData`, done when it comes back. */
  syncDataNow(): void;
  /** Cuts the file off behind so many bytes. */
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}

export interface ReadableFile {
  facts(): Promise<FileFacts>;
  /** Reads what it can from this byte of the file on, and says how many bytes that was; 0 at the end. */
  read(into: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

/** Failures carry the `code` that the operating system gave. */
export interface DurableFs {
  /** The path without symbolic links; ENOENT where nothing is there. */
  realPath(path: string): Promise<string>;
  /** Makes the folder and those above it; gives the uppermost that was new. */
  makeFolder(path: string): Promise<string | undefined>;
  /** Fails where files cannot be made in the folder, or the file, where there is one, may not be written. */
  checkWritable(folder: string, file: string): Promise<void>;
  /** Undefined where nothing is there. */
  facts(path: string): Promise<FileFacts | undefined>;
  /** As `facts`, at once. */
  factsNow(path: string): FileFacts | undefined;
  list(folder: string): Promise<readonly string[]>;
  openToRead(path: string): Promise<ReadableFile>;
  /** A new file; EEXIST where something is there. */
  create(path: string, mode: number): Promise<WritableFile>;
  rename(from: string, to: string): Promise<void>;
  /** One file under two names; EEXIST where something has the new one. Some file systems have no such thing. */
  link(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Resolves when what stands in the file is on the medium, whoever wrote it. */
  syncFile(path: string): Promise<void>;
  /** Resolves when the names in the folder are on the medium. */
  syncFolder(path: string): Promise<void>;
}

const ownerOnly = 0o600;
const folderMode = 0o700;

export const nodeFs: DurableFs = {
  realPath: (path) => realpath(path),
  makeFolder,
  checkWritable,
  facts: async (path) => factsNow(path),
  factsNow,
  list: (folder) => readdir(folder),
  openToRead: async (path) => readable(await open(path, "r")),
  create,
  rename,
  link,
  remove: (path) => rm(path),
  syncFile,
  syncFolder,
};

/** Node's own recursive `mkdir` never comes back where a file system refuses folders with ENOENT, as /proc does. */
async function makeFolder(path: string): Promise<string | undefined> {
  try {
    await mkdir(path, folderMode);
    return path;
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
    if (code === "EEXIST" && (await stat(path)).isDirectory()) return undefined;
    if (code !== "ENOENT" || dirname(path) === path) throw thrown;
    const uppermost = await makeFolder(dirname(path));
    await mkdir(path, folderMode);
    return uppermost ?? path;
  }
}

async function checkWritable(folder: string, file: string): Promise<void> {
  await access(folder, constants.W_OK | constants.X_OK);
  await access(file, constants.W_OK).catch((thrown: unknown) => {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT")) throw thrown;
  });
}

function factsNow(path: string): FileFacts | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? undefined : new StatFacts(stats);
}

async function create(path: string, mode: number): Promise<WritableFile> {
  const handle = await open(path, "wx", ownerOnly);
  try {
    if (mode !== ownerOnly) await handle.chmod(mode);
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
  return {
    write: async (bytes, position) => (await handle.write(bytes, 0, bytes.byteLength, position)).bytesWritten,
    sync: () => handle.sync(),
    syncData: () => handle.datasync(),
    writeNow: (bytes, position) => writeSync(handle.fd, bytes, 0, bytes.byteLength, position),
    syncDataNow: () => fdatasyncSync(handle.fd),
    truncate: (bytes) => handle.truncate(bytes),
    close: () => handle.close(),
  };
}

function readable(handle: FileHandle): ReadableFile {
  return {
    facts: async () => new StatFacts(await handle.stat({ bigint: true })),
    read: async (into, position) => (await handle.read(into, 0, into.byteLength, position)).bytesRead,
    close: () => handle.close(),
  };
}

/** Windows syncs only what was opened to be written; elsewhere a file may be synced that may only be read. */
async function syncFile(path: string): Promise<void> {
  await syncOpened(path, process.platform === "win32" ? "r+" : "r");
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform !== "win32") await syncOpened(path, "r");
}

async function syncOpened(path: string, flags: "r" | "r+"): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Each said when it is asked for: before a save some files are looked at, for one of these. */
class StatFacts implements FileFacts {
  readonly #stats: BigIntStats;

  constructor(stats: BigIntStats) {
    this.#stats = stats;
  }

  get kind(): FileFacts["kind"] {
    return this.#stats.isFile() ? "file" : this.#stats.isDirectory() ? "folder" : "other";
  }

  get size(): number {
    return Number(this.#stats.size);
  }

  get mode(): number {
    return Number(this.#stats.mode) & 0o777;
  }

  get identity(): string {
    return `${this.#stats.dev}:${this.#stats.ino}`;
  }

  get revision(): string {
    return `${this.identity}:${this.#stats.size}:${this.#stats.mtimeNs}`;
  }
}
