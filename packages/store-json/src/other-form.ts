import { isJsonObject } from "@holdfast/core";
import type { JsonObject } from "@holdfast/core";
import { constants, isUtf8 } from "node:buffer";
import type { SavedPiece } from "@holdfast/store-memory";
import { corruptFile } from "./corrupt-file.ts";
import type { FilePlace } from "./corrupt-file.ts";
import { duplicateKey } from "./duplicate-key.ts";
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
import { provenSum } from "./line-seal.ts";
import { SumOfSums } from "./sums.ts";

/** A file that somebody re-formatted, as one value. */
export interface OtherForm {
  readonly header: FileHeader;
  readonly records: readonly unknown[];
  readonly tombstones: readonly unknown[];
}

/** What is said of a file that is well-formed, and whose content is not what was saved. */
const changedReason =
  "is not what was saved: its content does not have the checksum that it was saved with. If somebody changed it on purpose, " +
  "`holdfast recover` with --accept-edit takes it as it is; else it is damaged,";

/**
 * Reads a file whose lines are not as we write them. STORE_CORRUPT where it is no JSON, no Holdfast file, or where its
 * content is not what was saved; `place` is where its lines stopped being ours.
 */
export async function readOtherForm(file: ReadableFile, path: string, place: FilePlace): Promise<OtherForm> {
  const text = await wholeText(file, path, place);
  const value = parseWhole(text, path, place);
  if (isJsonObject(value) && value["sum"] !== undefined && provenSum(value) === undefined) {
    throw corruptFile(path, changedReason, place, { mismatch: true });
  }
  const form = formOf(value, path);
  if (form.header.isSealed && !isProven(value, form)) {
    throw corruptFile(path, changedReason, place, { mismatch: true });
  }
  if (!form.header.isSealed) checkKeys(text, path);
  return form;
}

/** The same of a file that somebody changed on purpose: whatever it says is taken, where it says one thing. */
export async function readEditedForm(file: ReadableFile, path: string): Promise<OtherForm> {
  const place = { line: 1, offset: 0 };
  const text = await wholeText(file, path, place);
  const form = formOf(parseWhole(text, path, place), path);
  checkKeys(text, path);
  return form;
}

function formOf(value: unknown, path: string): OtherForm {
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

/** Whether the content is what was saved, however it is written now. */
function isProven(value: unknown, { records, tombstones }: OtherForm): boolean {
  const { lines, sums: stated }: JsonObject = isJsonObject(value) ? value : {};
  const sums = new SumOfSums();
  for (const part of [[value], records, tombstones]) {
    for (const each of part) {
      const sum = provenSum(each);
      if (sum === undefined) return false;
      sums.add(sum);
    }
  }
  return lines === sums.lines && stated === sums.text;
}

/** Where there are no sums, a name that stands twice would be lost in silence. */
function checkKeys(text: string, path: string): void {
  const found = duplicateKey(text);
  if (found === undefined) return;
  const first = placeIn(text, found.first);
  throw corruptFile(path, `has a name twice in one object, on line ${first.line} and`, placeIn(text, found.second), {
    first: { ...first },
  });
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

async function wholeText(file: ReadableFile, path: string, place: FilePlace): Promise<string> {
  const bytes = await wholeFile(file, path);
  if (!isUtf8(bytes)) throw corruptFile(path, "is not UTF-8", place);
  return bytes.toString("utf8").replace(/^\uFEFF/, "");
}

function parseWhole(text: string, path: string, place: FilePlace): unknown {
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
  return position === undefined ? undefined : placeIn(text, Number(position));
}

function placeIn(text: string, position: number): FilePlace {
  const before = text.slice(0, position);
  return { line: before.split("\n").length, offset: Buffer.byteLength(before) };
}
