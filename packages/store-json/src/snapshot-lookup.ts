import { fileError, keyText } from "@holdfast/core";
import type { DriverKey, RecordText } from "@holdfast/core";
import type { SavedLookup } from "@holdfast/store-memory";
import { corruptFile } from "./corrupt-file.ts";
import type { DurableFs, ReadableFile } from "./durable-fs.ts";
import { parseRecordText, unsealedLine } from "./own-form.ts";
import type { ReadRound } from "./read-journal.ts";
import { latestChanges } from "./replay.ts";
import { scanSnapshot } from "./scan-snapshot.ts";
import type { LinePosition, SnapshotIndex } from "./snapshot-index.ts";

const comma = 0x2c;

/** What a snapshot and the rounds behind it hold, a record at a time. */
export interface LookupPlace {
  readonly fs: DurableFs;
  readonly path: string;
  /** Of the snapshot that was opened. */
  readonly revision: string;
  readonly rounds: readonly ReadRound[];
}

/**
 * Finds records without holding any: each is read from the file when it is asked for, and is what its sum says. Undefined
 * where the snapshot cannot be proven by its sums alone.
 */
export async function snapshotLookup({ fs, path, revision, rounds }: LookupPlace): Promise<SavedLookup | undefined> {
  const file = await fs.openToRead(path);
  try {
    const isSame = (await file.facts()).revision === revision;
    const index = isSame ? await scanSnapshot(file, path) : undefined;
    if (index !== undefined) return lookup(file, path, index, rounds);
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
  await file.close();
  return undefined;
}

function lookup(file: ReadableFile, path: string, index: SnapshotIndex, rounds: readonly ReadRound[]): SavedLookup {
  const latest = latestChanges(rounds);
  return {
    async get(key) {
      const change = latest.get(keyText(key));
      if (change !== undefined) return change.kind === "record" ? change.record : undefined;
      const position = index.find(keyBytes(key));
      const record =
        position === undefined
          ? undefined
          : await recordAt(file, path, position).catch((thrown: unknown) => {
              throw fileError(thrown, path, "read");
            });
      return record === undefined || keyText(record) !== keyText(key) ? undefined : record;
    },
    // It was only read: there is nothing that a failure could lose.
    close: () => file.close().catch(() => undefined),
  };
}

/** Undefined for a tombstone. */
async function recordAt(
  file: ReadableFile,
  path: string,
  { offset, bytes }: LinePosition,
): Promise<RecordText | undefined> {
  const line = Buffer.allocUnsafe(bytes);
  for (let at = 0; at < bytes;) {
    const length = await file.read(line.subarray(at), offset + at);
    if (length === 0) throw changed(path);
    at += length;
  }
  const sealed = unsealedLine(line[bytes - 1] === comma ? line.subarray(0, -1) : line);
  if (sealed === undefined) throw changed(path);
  const piece = parseRecordText(sealed.inner, "proven");
  return piece?.kind === "record" ? piece.record : undefined;
}

/** What the line of a key begins with. */
function keyBytes({ type, tenant, id }: DriverKey): Buffer {
  return Buffer.from(JSON.stringify({ type, tenant, id }).slice(0, -1));
}

function changed(path: string) {
  return corruptFile(path, "was changed by somebody else while the store was open, and");
}
