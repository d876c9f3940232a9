import { isUtf8 } from "node:buffer";
import type { SavedPiece } from "@holdfast/store-memory";
import { duplicateKey } from "./duplicate-key.ts";
import type { ReadableFile } from "./durable-fs.ts";
import { closingLine, sealedClosing, tombstonesLine } from "./file-format.ts";
import type { FileHeader } from "./file-format.ts";
import { readLines } from "./line-reader.ts";
import type { Line } from "./line-reader.ts";
import {
  parseHeaderLine,
  parseRecordLine,
  parseRecordText,
  parseTombstoneLine,
  parseTombstoneText,
  unsealedLine,
} from "./own-form.ts";
import type { OwnHeader } from "./own-form.ts";
import { SumOfSums } from "./sums.ts";

/** A line of a damaged file that cannot be proven whole. */
export interface LostLine {
  readonly line: number;
  readonly offset: number;
  readonly reason: string;
}

/** What a damaged file still says, each line by itself. */
export interface Survey {
  /** Undefined where the first line is not whole. */
  readonly header: FileHeader | undefined;
  readonly pieces: readonly SavedPiece[];
  readonly lost: readonly LostLine[];
  /** How many of the pieces read well, and have no sum: an older form has none. */
  readonly unproven: number;
  /** Whether the last line of all is there: without it, lines may be missing of which nothing is known. */
  readonly isEnded: boolean;
}

const comma = 0x2c;

/** Looks at each line of a snapshot for what is proven whole by its own sum. Never STORE_CORRUPT. */
export async function surveyFile(file: ReadableFile, path: string): Promise<Survey> {
  const pieces: SavedPiece[] = [];
  const lost: LostLine[] = [];
  let header: FileHeader | undefined;
  const sums = new SumOfSums();
  let isEnded = false;
  for await (const lines of readLines(file)) {
    for (const line of lines) {
      const found = lookAt(line, path, header?.isSealed ?? true);
      if (found === "mark") continue;
      if (found === "end") {
        isEnded = true;
        if (header?.isSealed !== false && !fits(line.bytes.toString("latin1"), sums, lost.length))
          lost.push(unfit(line));
      } else if ("reason" in found) {
        lost.push(found);
      } else {
        if ("header" in found) header ??= found.header;
        else pieces.push(found.piece);
        if (found.sum !== undefined) sums.add(found.sum);
      }
    }
  }
  const unproven = header?.isSealed === false ? pieces.length : 0;
  return { header, pieces, lost, unproven, isEnded };
}

type Found = FoundPiece | LostLine | OwnHeader | "mark" | "end";

interface FoundPiece {
  readonly piece: SavedPiece;
  readonly sum: number | undefined;
}

function lookAt(line: Line, path: string, isSealed: boolean): Found {
  const { bytes } = line;
  const own = line.number === 1 ? parseHeaderLine(line, path) : undefined;
  if (own !== undefined) return own;
  if (bytes.length === 0) return "mark";
  const text = bytes.length > 100 ? "" : bytes.toString("latin1");
  if (text === tombstonesLine) return "mark";
  if (isSealed ? sealedClosing.test(text) : text === closingLine()) return "end";
  const item = bytes[bytes.length - 1] === comma ? bytes.subarray(0, -1) : bytes;
  const piece = isSealed ? sealedPiece(item) : plainPiece(item);
  return piece ?? { line: line.number, offset: line.offset, reason: reasonOf(bytes) };
}

function sealedPiece(item: Buffer): FoundPiece | undefined {
  const { inner, sum } = unsealedLine(item) ?? {};
  const piece = inner === undefined ? undefined : (parseRecordText(inner, "unproven") ?? parseTombstoneText(inner));
  return piece === undefined ? undefined : { piece, sum };
}

function plainPiece(item: Buffer): FoundPiece | undefined {
  const piece = parseRecordLine(item) ?? parseTombstoneLine(item);
  const isOne = piece !== undefined && duplicateKey(item.toString("utf8")) === undefined;
  return isOne ? { piece, sum: undefined } : undefined;
}

/** Where lines are lost, so is their sum; how many there were is known all the same. */
function fits(text: string, sums: SumOfSums, lost: number): boolean {
  const stated = Number(/"lines":([0-9]+)/.exec(text)?.[1]);
  return lost === 0 ? text === closingLine(sums) : stated === sums.lines + lost;
}

function unfit({ number: line, offset }: Line): LostLine {
  return { line, offset, reason: "not what stands before it: lines are missing, or it is damaged itself" };
}

function reasonOf(bytes: Buffer): string {
  if (bytes.every((byte) => byte === 0)) return "zeros";
  if (!isUtf8(bytes)) return "not UTF-8";
  return bytes.includes(',"sum":"') ? "not what its checksum says" : "not a whole line";
}
