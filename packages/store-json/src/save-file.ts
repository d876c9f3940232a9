/**
 * Replaces a file by a new one such that, whenever the process or the machine stops, one of the two stands whole under
 * its name: a temporary file in the same folder is written and synced, renamed over the old one, and the folder is
 * synced. Only then is the save done. Until the rename nothing has changed, so every failure before it leaves the old
 * state and no trace; a failed sync is never tried again on the same handle. With `"process-crash"` nothing is synced.
 */
import { dirname } from "node:path";
import { fileError } from "@holdfast/core";
import type { Durability } from "@holdfast/core";
import type { DurableFs, WritableFile } from "./durable-fs.ts";
import { temporaryPath } from "./temporary-name.ts";
import { unknownOutcome } from "./unknown-outcome.ts";
import { chunks, writeAll } from "./write-text.ts";

const ownerOnly = 0o600;

export interface SavePlace {
  readonly fs: DurableFs;
  readonly path: string;
  readonly durability: Durability;
  /** For the temporary file's name: 16 hexadecimal digits that nobody has used before. */
  readonly newSuffix: () => string;
  /** Awaited before the temporary file, whole, takes the place of the old one; what it throws keeps it from that. */
  readonly beforeReplacing?: (temporary: string) => Promise<void>;
}

/** Gives the number of bytes written. */
export async function saveFile(place: SavePlace, lines: Iterable<string>): Promise<number> {
  const { fs, path, durability } = place;
  const isSynced = durability === "power-loss";
  const bytes = await replace(place, lines, isSynced ? syncContent : leaveContent);
  if (!isSynced) return bytes;
  try {
    await fs.syncFolder(dirname(path));
  } catch (thrown) {
    throw unknownOutcome(thrown, path);
  }
  return bytes;
}

type Finish = (file: WritableFile) => Promise<void>;
const syncContent: Finish = (file) => file.sync();
const leaveContent: Finish = async () => undefined;

async function replace(place: SavePlace, lines: Iterable<string>, finish: Finish): Promise<number> {
  const { fs, path, newSuffix, beforeReplacing } = place;
  const temporary = temporaryPath(path, newSuffix());
  try {
    const mode = (await fs.facts(path))?.mode ?? ownerOnly;
    const bytes = await writeNew(await fs.create(temporary, mode), lines, finish);
    await beforeReplacing?.(temporary);
    await fs.rename(temporary, path);
    return bytes;
  } catch (thrown) {
    await fs.remove(temporary).catch(() => undefined);
    throw fileError(thrown, path, "saved");
  }
}

async function writeNew(file: WritableFile, lines: Iterable<string>, finish: Finish): Promise<number> {
  let bytes = 0;
  try {
    for (const chunk of chunks(lines)) bytes += await writeAll(file, Buffer.from(chunk));
    await finish(file);
  } catch (thrown) {
    await file.close().catch(() => undefined);
    throw thrown;
  }
  await file.close();
  return bytes;
}
