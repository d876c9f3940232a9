import { isJsonObject, parseJson } from "@holdfast/core";
import { isUtf8 } from "node:buffer";
import type { SavedPiece } from "@holdfast/store-memory";
import {
  bodyStart,
  closingLine,
  headerEnd,
  parseChange,
  parseHeader,
  parseRecordHead,
  parseTombstone,
  tombstonesLine,
} from "./file-format.ts";
import type { FileHeader } from "./file-format.ts";
import type { Line } from "./line-reader.ts";

const closingBracket = 0x5d;
const closingBrace = 0x7d;
const comma = 0x2c;

/** The first line of a file in the form that we write; undefined for any other. */
export function parseHeaderLine({ bytes }: Line, path: string): FileHeader | undefined {
  const text = bytes.toString("utf8");
  if (!isUtf8(bytes) || !text.endsWith(headerEnd)) return undefined;
  const value = parseJson(`${text.slice(0, -headerEnd.length)}}`);
  return parseHeader(value, path);
}

/** Follows the lines behind the first, for as long as they are just as we write them. */
export class OwnForm {
  #part: "records" | "tombstones" | "end" = "records";
  #next: "any" | "item" | "mark" = "any";
  /** How many items of each kind there were. */
  readonly seen = { record: 0, tombstone: 0 };

  get isComplete(): boolean {
    return this.#part === "end";
  }

  /** The line's item, `mark` for a line between items, undefined for a line that we never wrote so. */
  accept({ bytes }: Line): SavedPiece | "mark" | undefined {
    if (this.#part === "end") return bytes.length === 0 ? "mark" : undefined;
    if (bytes[0] === closingBracket) return this.#acceptMark(bytes);
    if (this.#next === "mark") return undefined;
    const isLast = bytes[bytes.length - 1] !== comma;
    this.#next = isLast ? "mark" : "item";
    const item = parseItem(isLast ? bytes : bytes.subarray(0, -1), this.#part);
    if (item !== undefined) this.seen[item.kind]++;
    return item;
  }

  #acceptMark(bytes: Buffer): "mark" | undefined {
    const expected = this.#part === "records" ? tombstonesLine : closingLine;
    if (this.#next === "item" || bytes.toString("latin1") !== expected) return undefined;
    this.#part = this.#part === "records" ? "tombstones" : "end";
    this.#next = "any";
    return "mark";
  }
}

function parseItem(bytes: Buffer, part: "records" | "tombstones"): SavedPiece | undefined {
  return part === "records" ? parseRecordLine(bytes) : parseTombstoneLine(bytes);
}

export function parseTombstoneLine(bytes: Buffer): SavedPiece | undefined {
  return isUtf8(bytes) ? parseTombstone(parseJson(bytes.toString("utf8"))) : undefined;
}

/** The text of the body is taken as it stands, in a string of its own that holds nothing else of the line. */
export function parseRecordLine(bytes: Buffer): SavedPiece | undefined {
  if (!isUtf8(bytes)) return undefined;
  const at = bytes.indexOf(bodyStart);
  if (at === -1 || bytes[bytes.length - 1] !== closingBrace) return undefined;
  const text = bytes.toString("utf8", at + bodyStart.length, bytes.length - 1);
  const body = parseJson(text);
  const head = parseJson(`${bytes.toString("utf8", 0, at)}}`);
  const record = parseRecordHead(head);
  return record === undefined || !isJsonObject(body)
    ? undefined
    : { kind: "record", record: { ...record, text }, body, ...parseChange(head) };
}
