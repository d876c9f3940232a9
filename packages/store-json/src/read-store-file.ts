import { fileError } from "@holdfast/core";
import type { SavedPiece, SavedState } from "@holdfast/store-memory";
import { corruptFile } from "./corrupt-file.ts";
import type { FilePlace } from "./corrupt-file.ts";
import type { ReadableFile } from "./durable-fs.ts";
import { readLines } from "./line-reader.ts";
import type { Line } from "./line-reader.ts";
import { otherRecord, otherTombstone, readOtherForm } from "./other-form.ts";
import type { OtherForm } from "./other-form.ts";
import { OwnForm, parseHeaderLine } from "./own-form.ts";
import type { OwnHeader } from "./own-form.ts";

export interface SavedFile extends SavedState {
  /** The last round that is in it. */
  readonly round: number;
}

const piecesAtOnce = 1000;

/** No store is ever empty, and one that stood here may have been: whoever knows better removes the file. */
const emptyReason =
  "is empty (0 bytes), as no store ever is. If nothing was in it, remove it, to begin a new store; else restore a backup";
const start: FilePlace = { line: 1, offset: 0 };

/**
 * Reads a store line by line, so that its size is not bounded by that of a string; a file that somebody re-formatted
 * is read as one value. The file must stay open until the pieces are read. STORE_CORRUPT where it is not what was saved,
 * while it is opened or while its pieces are read.
 */
export async function readStoreFile(file: ReadableFile, path: string): Promise<SavedFile> {
  try {
    const batches = readLines(file);
    const first = await batches.next();
    const [headerLine, ...lines] = first.done === true ? [] : first.value;
    if (headerLine === undefined) throw corruptFile(path, emptyReason);
    const own = parseHeaderLine(headerLine, path);
    if (own !== undefined) return { ...own.header, pieces: ownPieces(file, path, own, chained(lines, batches)) };
    const other = await readOtherForm(file, path, start);
    return { ...other.header, pieces: otherPieces(other, { record: 0, tombstone: 0 }, path) };
  } catch (thrown) {
    throw fileError(thrown, path, "read");
  }
}

async function* ownPieces(
  file: ReadableFile,
  path: string,
  header: OwnHeader,
  batches: AsyncIterable<readonly Line[]>,
): AsyncGenerator<readonly SavedPiece[], void> {
  const form = new OwnForm(header);
  let place = start;
  try {
    for await (const lines of batches) {
      const pieces: SavedPiece[] = [];
      for (const line of lines) {
        place = { line: line.number, offset: line.offset };
        const item = form.accept(line);
        if (item === undefined) {
          yield pieces;
          yield* otherPieces(await readOtherForm(file, path, place), form.seen, path);
          return;
        }
        if (item !== "mark") pieces.push(item);
      }
      yield pieces;
    }
    if (!form.isComplete) yield* otherPieces(await readOtherForm(file, path, place), form.seen, path);
  } catch (thrown) {
    throw fileError(thrown, path, "read");
  }
}

/** What is behind the pieces that were already read line by line: a JSON value has one order, however it is written. */
function* otherPieces(
  { records, tombstones }: OtherForm,
  seen: { readonly record: number; readonly tombstone: number },
  path: string,
): Generator<readonly SavedPiece[], void> {
  if (seen.record > records.length || seen.tombstone > tombstones.length) {
    throw corruptFile(path, "has a member twice");
  }
  yield* slices(records, seen.record, (value, at) => otherRecord(value, at, path));
  yield* slices(tombstones, seen.tombstone, (value, at) => otherTombstone(value, at, path));
}

function* slices(
  values: readonly unknown[],
  first: number,
  pieceOf: (value: unknown, at: number) => SavedPiece,
): Generator<readonly SavedPiece[], void> {
  for (let from = first; from < values.length; from += piecesAtOnce) {
    yield values.slice(from, from + piecesAtOnce).map((value, at) => pieceOf(value, from + at));
  }
}

async function* chained(
  first: readonly Line[],
  others: AsyncIterable<readonly Line[]>,
): AsyncGenerator<readonly Line[], void> {
  yield first;
  yield* others;
}
