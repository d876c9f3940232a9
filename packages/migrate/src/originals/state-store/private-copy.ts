/**
 * A database is read from a copy in a private folder, so that nothing beside the original changes: even to read, SQLite
 * makes an index of the write-ahead log, and plays a log back. The copy needs as much room as the original has, and is
 * removed when reading ends. Nothing is locked: the files are copied again when somebody wrote to them meanwhile.
 */
import { constants, statSync } from "node:fs";
import { chmod, copyFile, mkdtemp, open, realpath, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fileError, HoldfastError } from "@holdfast/core";

/** The log of changes that are not in the file yet, and the journal from which an interrupted change is undone. */
const logSuffix = "-wal";
const suffixes: readonly string[] = ["", logSuffix, "-journal"];
const tries = 3;

export interface PrivateCopy extends AsyncDisposable {
  readonly path: string;
  /** The log beside it, where the original has one. */
  readonly log: string | undefined;
  /** Bytes of the database itself. */
  readonly bytes: number;
  /** Its first bytes, fewer where it is shorter. */
  start(bytes: number): Promise<Buffer>;
  /** Makes the database as long as that, where it is cut off, so that what is left of it can be read. */
  lengthen(bytes: number): Promise<void>;
}

/**
 * Copies a database and what belongs to it. STORE_UNAVAILABLE where there is none, it cannot be read, or it is written
 * to all the time; INVALID_CONFIG for a folder or what else is no file.
 */
export async function privateCopy(path: string, parts: "all" | "without its log" = "all"): Promise<PrivateCopy> {
  const original = await realpath(path).catch((thrown: unknown) => {
    throw fileError(thrown, path, "read");
  });
  const isFile = statSync(original).isFile();
  if (!isFile) throw new HoldfastError(`"${path}" is not a file`, { code: "INVALID_CONFIG", details: { path } });
  const folder = await mkdtemp(join(tmpdir(), "holdfast-import-")).catch((thrown: unknown) => {
    throw fileError(thrown, tmpdir(), "saved");
  });
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const copied = parts === "all" ? suffixes : suffixes.filter((suffix) => suffix !== logSuffix);
    await copyUnchanging(original, { folder, path, copied });
    const copy = join(folder, "copy.db");
    return {
      path: copy,
      log: revisionOf(`${copy}${logSuffix}`) === undefined ? undefined : `${copy}${logSuffix}`,
      bytes: statSync(copy).size,
      start: (bytes) => startOf(copy, bytes),
      lengthen: (bytes) => truncate(copy, bytes),
      [Symbol.asyncDispose]: remove,
    };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

interface CopyPlace {
  readonly folder: string;
  /** The original's, as it was named. */
  readonly path: string;
  readonly copied: readonly string[];
}

async function copyUnchanging(original: string, { folder, path, copied }: CopyPlace): Promise<void> {
  for (let turn = 0; turn < tries; turn++) {
    const before = revisionsOf(original);
    for (const suffix of copied) {
      const target = join(folder, `copy.db${suffix}`);
      await rm(target, { force: true });
      if (revisionOf(`${original}${suffix}`) === undefined) continue;
      await copyOne(`${original}${suffix}`, target);
    }
    if (before === revisionsOf(original)) return;
  }
  throw new HoldfastError(`"${path}" is being written to: end the program that uses it, then try again`, {
    code: "STORE_UNAVAILABLE",
    retryable: true,
    details: { path },
  });
}

async function copyOne(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    await chmod(to, 0o600);
  } catch (thrown) {
    throw fileError(thrown, from, "read");
  }
}

async function startOf(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function revisionsOf(path: string): string {
  return suffixes.map((suffix) => revisionOf(`${path}${suffix}`) ?? "none").join(" ");
}

function revisionOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : [found.dev, found.ino, found.size, found.mtimeNs].join(":");
}
