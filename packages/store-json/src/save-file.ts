/**
 * Replaces a file by a new one such that, whenever the process or the machine stops, one of the two stands whole under
 * its name: a temporary file in the same folder is written and synced, renamed over the old one, and the folder is
 * synced. Only then is the save done. Before it takes the old one's place, the new file is read back, so that what a
 * faulty system wrote never counts; what the system still has in memory is read from there. Until the rename nothing has
 * changed, so every failure before it leaves the old state and no trace; a failed sync is never tried again on the same
 * handle. All this whatever the durability: journals are removed for which the new file stands, and a power cut must not
 * take both.
 */
import { dirname } from "node:path";
import { fileError, HoldfastError } from "@holdfast/core";
import type { DurableFs, ReadableFile, WritableFile } from "./durable-fs.ts";
import { sumOf } from "./sums.ts";
import { temporaryPath } from "./temporary-name.ts";
import { unknownOutcome } from "./unknown-outcome.ts";
import { writeAll } from "./write-text.ts";

const ownerOnly = 0o600;
const readBytes = 256 * 1024;

export interface SavePlace {
  readonly fs: DurableFs;
  readonly path: string;
  /** For the temporary file's name: 16 hexadecimal digits that nobody has used before. */
  readonly newSuffix: () => string;
  /** Awaited before the temporary file, whole, takes the place of the old one; what it throws keeps it from that. */
  readonly beforeReplacing?: (temporary: string) => Promise<void>;
}

/** What a file is to hold. */
type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

interface Written {
  readonly bytes: number;
  readonly sum: number;
}

/** Gives the number of bytes written. */
export async function saveFile(place: SavePlace, pieces: Pieces): Promise<number> {
  const { fs, path } = place;
  const bytes = await replace(place, pieces);
  try {
    await fs.syncFolder(dirname(path));
  } catch (thrown) {
    throw unknownOutcome(thrown, path);
  }
  return bytes;
}

async function replace(place: SavePlace, pieces: Pieces): Promise<number> {
  const { fs, path, newSuffix, beforeReplacing } = place;
  const temporary = temporaryPath(path, newSuffix());
  try {
    const mode = (await fs.facts(path))?.mode ?? ownerOnly;
    const written = await writeNew(await fs.create(temporary, mode), pieces);
    const read = await readBack(await fs.openToRead(temporary));
    if (read.bytes !== written.bytes || read.sum !== written.sum) throw notAsWritten(path);
    await beforeReplacing?.(temporary);
    await fs.rename(temporary, path);
    return written.bytes;
  } catch (thrown) {
    await fs.remove(temporary).catch(() => undefined);
    throw fileError(thrown, path, "saved");
  }
}

async function writeNew(file: WritableFile, pieces: Pieces): Promise<Written> {
  let [bytes, sum] = [0, 0];
  try {
    for await (const piece of pieces) {
      sum = sumOf(piece, sum);
      bytes += await writeAll(file, piece, bytes);
    }
    await file.sync();
  } catch (thrown) {
    await file.close().catch(() => undefined);
    throw thrown;
  }
  await file.close();
  return { bytes, sum };
}

async function readBack(file: ReadableFile): Promise<Written> {
  let [bytes, sum] = [0, 0];
  try {
    const chunk = Buffer.allocUnsafe(Math.min(Math.max((await file.facts()).size, 1), readBytes));
    for (let length = await file.read(chunk, 0); length > 0; length = await file.read(chunk, bytes)) {
      sum = sumOf(chunk.subarray(0, length), sum);
      bytes += length;
    }
    return { bytes, sum };
  } finally {
    await file.close();
  }
}

function notAsWritten(path: string): HoldfastError {
  return new HoldfastError(
    `"${path}" could not be saved: what was read back is not what was written. The file stays as it was; look after the disk`,
    { code: "BACKEND_FAILURE", details: { path } },
  );
}
