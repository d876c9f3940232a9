import { constants, statSync } from "node:fs";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { HoldfastError } from "@holdfast/core";

import type { DatabaseFile } from "./database-file.ts";

const copied = ["", "-wal"] as const;

/**
 * A copy of a database that SQLite cannot read where it is: in WAL mode it needs an index of the log beside the file, even
 * to read, which a read-only place does not take. The copy goes with the store, and does not follow the original.
 * STORE_UNAVAILABLE where somebody wrote to that meanwhile.
 */
export async function privateCopy({ path }: DatabaseFile): Promise<DatabaseFile> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-copy-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const before = revisionsOf(path);
    for (const suffix of copied) {
      if (revisionOf(`${path}${suffix}`) === undefined) continue;
      await copyFile(`${path}${suffix}`, join(folder, `copy.db${suffix}`), constants.COPYFILE_FICLONE);
    }
    if (before !== revisionsOf(path)) throw changing(path);
    return { path: join(folder, "copy.db"), named: path, kind: "copy", remove };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

function revisionsOf(path: string): string {
  return copied.map((suffix) => revisionOf(`${path}${suffix}`) ?? "none").join(" ");
}

function revisionOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : [found.dev, found.ino, found.size, found.mtimeNs].join(":");
}

function changing(path: string): HoldfastError {
  return new HoldfastError(`"${path}" is being written by a process that this one cannot take turns with`, {
    code: "STORE_UNAVAILABLE",
    retryable: true,
    details: { path },
  });
}
