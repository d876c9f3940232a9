/**
 * Archives in files. A new one is read back before it takes its name: each of its lines was checked as it was written, and
 * the bytes must hash to what was written. Reading one holds no more of it than a piece.
 */
import { createReadStream } from "node:fs";

import { fileError, type Store } from "@holdfast/core";

import { hashedArchive } from "./hashed-archive.ts";
import { saveNewFile } from "./new-file.ts";
import type { ArchiveInfo, ArchiveSource } from "./read-archive.ts";
import { archiveBytes, type WriteArchiveOptions } from "./write-archive.ts";

const pieceBytes = 256 * 1024;

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
  return await saveNewFile(file, {
    fill: async (write) => {
      for await (const piece of archiveBytes(store, options)) await write(piece);
    },
    prove: (partial) => hashedArchive(archiveFile(partial), options),
  });
}
