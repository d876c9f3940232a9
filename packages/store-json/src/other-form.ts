import { isJsonObject } from "@holdfast/core";
import { constants, isUtf8 } from "node:buffer";
import type { SavedPiece } from "@holdfast/store-memory";
import { corruptFile } from "./corrupt-file.ts";
import type { FilePlace } from "./corrupt-file.ts";
import type { ReadableFile } from "./durable-fs.ts";
import {
  formatVersion,
  newerFormat,
  parseChange,
  parseHeader,
  parseRecordHead,
  parseTombstone,
} from "./file-format.ts";
import type { FileHeader } from "./file-format.ts";

/** A file that somebody re-formatted, as one value. */
export interface OtherForm {
  readonly header: FileHeader;
  readonly records: readonly unknown[];
  readonly tombstones: readonly unknown[];
}

/**
 * Reads a file whose lines are not as we write them. STORE_CORRUPT where it is no JSON, or no Holdfast file; `place` is
 * where its lines stopped being ours.
 */
export async function readOtherForm(file: ReadableFile, path: string, place: FilePlace): Promise<OtherForm> {
  const bytes = await wholeFile(file, path);
  const value = parseWhole(bytes, path, place);
  const header = parseHeader(value, path);
  const { records, tombstones = [] } = isJsonObject(value) ? value : {};
  if (header === undefined || !Array.isArray(records) || !Array.isArray(tombstones)) {
    throw corruptFile(path, "is JSON, but not a Holdfast store");
  }
  return { header, records, tombstones };
}

export function otherRecord(value: unknown, at: number, path: string): SavedPiece {
  const head = parseRecordHead(value);
  const body = isJsonObject(value) ? value["body"] : undefined;
  if (head === undefined || !isJsonObject(body)) throw corruptFile(path, `has no whole record as number ${at + 1}`);
  return { kind: "record", record: { ...head, text: JSON.stringify(body) }, body, ...parseChange(value) };
}

export function otherTombstone(value: unknown, at: number, path: string): SavedPiece {
  const tombstone = parseTombstone(value);
  if (tombstone === undefined) throw corruptFile(path, `has no whole tombstone as number ${at + 1}`);
  return tombstone;
}

async function wholeFile(file: ReadableFile, path: string): Promise<Buffer> {
  const { size } = await file.facts();
  if (size > constants.MAX_STRING_LENGTH) throw corruptFile(path, "is damaged, or re-formatted and too large for that");
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const more = await file.read(bytes.subarray(length), length);
    if (more === 0) break;
    length += more;
  }
  return bytes.subarray(0, length);
}

function parseWhole(bytes: Buffer, path: string, place: FilePlace): unknown {
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  if (!isUtf8(bytes)) throw corruptFile(path, "is not UTF-8", place);
  try {
    return JSON.parse(text);
  } catch (thrown) {
    const version = /^\s*\{\s*"holdfast"\s*:\s*(\d+)/.exec(text)?.[1];
    if (Number(version) > formatVersion) throw newerFormat(path, Number(version));
    throw corruptFile(path, "is not whole JSON", errorPlace(thrown, text) ?? place);
  }
}

/** V8 names the position in some of its messages. The message itself quotes the text, so it goes no further. */
function errorPlace(thrown: unknown, text: string): FilePlace | undefined {
  const position = thrown instanceof Error ? / at position (\d+)/.exec(thrown.message)?.[1] : undefined;
  if (position === undefined) return undefined;
  const before = text.slice(0, Number(position));
  return { line: before.split("\n").length, offset: Buffer.byteLength(before) };
}
