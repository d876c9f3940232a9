import { isJsonObject, parseJson } from "@holdfast/core";
import { isUtf8 } from "node:buffer";
import type { SavedPiece } from "@holdfast/store-memory";
import { duplicateKey } from "./duplicate-key.ts";
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
import { unsealed } from "./line-seal.ts";
import { SumOfSums } from "./sums.ts";

const closingBracket = 0x5d;
const closingBrace = 0x7d;
const comma = 0x2c;

/** The first line of a file, and its sum where it has one. */
export interface OwnHeader {
  readonly header: FileHeader;
  readonly sum: number | undefined;
}

/** The first line of a file in the form that we write; undefined for any other. */
export function parseHeaderLine({ bytes }: Line, path: string): OwnHeader | undefined {
  const end = bytes.length - headerEnd.length;
  if (end < 0 || !isUtf8(bytes) || bytes.toString("latin1", end) !== headerEnd) return undefined;
  const text = `${bytes.toString("utf8", 0, end)}}`;
  const value = parseJson(text);
  const { sum } = unsealed(bytes.subarray(0, end)) ?? {};
  // What a line with a wrong sum says of its form is not to be trusted either.
  if (sum === undefined && isJsonObject(value) && value["sum"] !== undefined) return undefined;
  if (sum === undefined && duplicateKey(text) !== undefined) return undefined;
  const header = parseHeader(value, path);
  return header === undefined || (header.isSealed && sum === undefined) ? undefined : { header, sum };
}

/** Follows the lines behind the first, for as long as they are just as we write them. */
export class OwnForm {
  readonly #sums: SumOfSums | undefined;
  readonly #looksAt: "all" | "sums";
  #part: "records" | "tombstones" | "end" = "records";
  #next: "any" | "item" | "mark" = "any";
  /** How many items of each kind there were. */
  readonly seen = { record: 0, tombstone: 0 };

  /** What has its sum needs not be read to be known as whole: with `sums`, each line is `mark` or undefined. */
  constructor({ sum }: OwnHeader, looksAt: "all" | "sums" = "all") {
    this.#looksAt = looksAt;
    this.#sums = sum === undefined ? undefined : new SumOfSums();
    if (sum !== undefined) this.#sums?.add(sum);
  }

  get isComplete(): boolean {
    return this.#part === "end";
  }

  /** The line's item, `mark` for a line between items, undefined for a line that we never wrote so. */
  accept({ bytes }: Pick<Line, "bytes">): SavedPiece | "mark" | undefined {
    if (this.#part === "end") return bytes.length === 0 ? "mark" : undefined;
    if (bytes[0] === closingBracket) return this.#acceptMark(bytes);
    if (this.#next === "mark") return undefined;
    const isLast = bytes[bytes.length - 1] !== comma;
    this.#next = isLast ? "mark" : "item";
    const item = this.#acceptItem(isLast ? bytes : bytes.subarray(0, -1), this.#part);
    if (item !== undefined && item !== "mark") this.seen[item.kind]++;
    return item;
  }

  #acceptItem(bytes: Buffer, part: "records" | "tombstones"): SavedPiece | "mark" | undefined {
    const parse = part === "records" ? parseRecordLine : parseTombstoneLine;
    if (this.#sums === undefined) return hasDuplicateKey(bytes) ? undefined : parse(bytes);
    const sealed = unsealedLine(bytes);
    if (sealed === undefined) return undefined;
    this.#sums.add(sealed.sum);
    if (this.#looksAt === "sums") return "mark";
    return part === "records" ? parseRecordText(sealed.inner, "proven") : parseTombstoneText(sealed.inner);
  }

  #acceptMark(bytes: Buffer): "mark" | undefined {
    const expected = this.#part === "records" ? tombstonesLine : closingLine(this.#sums);
    if (this.#next === "item" || bytes.toString("latin1") !== expected) return undefined;
    this.#part = this.#part === "records" ? "tombstones" : "end";
    this.#next = "any";
    return "mark";
  }
}

/** What stands before the sum of an item's line, without its brace; undefined where the line is not proven whole. */
export function unsealedLine(bytes: Buffer): { readonly inner: Buffer; readonly sum: number } | undefined {
  return bytes[bytes.length - 1] === closingBrace ? unsealed(bytes.subarray(0, -1)) : undefined;
}

export function parseTombstoneLine(bytes: Buffer): SavedPiece | undefined {
  return bytes[bytes.length - 1] === closingBrace ? parseTombstoneText(bytes.subarray(0, -1)) : undefined;
}

export function parseRecordLine(bytes: Buffer): SavedPiece | undefined {
  return bytes[bytes.length - 1] === closingBrace ? parseRecordText(bytes.subarray(0, -1), "unproven") : undefined;
}

/** A line without its last brace. */
export function parseTombstoneText(inner: Buffer): SavedPiece | undefined {
  return isUtf8(inner) ? parseTombstone(parseJson(`${inner.toString("utf8")}}`)) : undefined;
}

/**
 * A line without its last brace. The text of the body is taken as it stands, in a string of its own that holds nothing
 * else of the line. What is proven by a sum is parsed when somebody asks for it; else it is looked at now.
 */
export function parseRecordText(inner: Buffer, state: "proven" | "unproven"): SavedPiece | undefined {
  const at = isUtf8(inner) ? inner.indexOf(bodyStart) : -1;
  if (at === -1) return undefined;
  const head = parseJson(`${inner.toString("utf8", 0, at)}}`);
  const record = parseRecordHead(head);
  if (record === undefined) return undefined;
  const text = inner.toString("utf8", at + bodyStart.length);
  const piece = { kind: "record", record: { ...record, text }, ...parseChange(head) } as const;
  if (state === "proven") return piece;
  const body = parseJson(text);
  return isJsonObject(body) ? { ...piece, body } : undefined;
}

/** Of a line without a sum: there, a name that stands twice is found by looking. */
function hasDuplicateKey(bytes: Buffer): boolean {
  return duplicateKey(bytes.toString("utf8")) !== undefined;
}
