import { isUtf8 } from "node:buffer";
import type { SavedPiece } from "@holdfast/store-memory";
import type { ReadableFile } from "./durable-fs.ts";
import { sealedClosing, tombstonesLine } from "./file-format.ts";
import type { FileHeader } from "./file-format.ts";
import { readLines } from "./line-reader.ts";
import type { Line } from "./line-reader.ts";
import { parseHeaderLine, parseRecordText, parseTombstoneText, unsealedLine } from "./own-form.ts";

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
  /** Whether the last line of all is there: without it, lines may be missing of which nothing is known. */
  readonly isEnded: boolean;
}

const comma = 0x2c;

/** Looks at each line of a snapshot for what is proven whole by its own sum. Never STORE_CORRUPT. */
export async function surveyFile(file: ReadableFile, path: string): Promise<Survey> {
  const pieces: SavedPiece[] = [];
  const lost: LostLine[] = [];
  let header: FileHeader | undefined;
  let isEnded = false;
  for await (const lines of readLines(file)) {
    for (const line of lines) {
      const found = lookAt(line, path);
      if (found === "mark") continue;
      if (found === "end") isEnded = true;
      else if ("reason" in found) lost.push(found);
      else if ("header" in found) header ??= found.header;
      else pieces.push(found);
    }
  }
  return { header, pieces, lost, isEnded };
}

function lookAt(line: Line, path: string): SavedPiece | LostLine | { readonly header: FileHeader } | "mark" | "end" {
  const { bytes } = line;
  const own = line.number === 1 ? parseHeaderLine(line, path) : undefined;
  if (own !== undefined) return own;
  if (bytes.length === 0) return "mark";
  const text = bytes.length > 100 ? "" : bytes.toString("latin1");
  if (text === tombstonesLine) return "mark";
  if (sealedClosing.test(text)) return "end";
  const item = unsealedLine(bytes[bytes.length - 1] === comma ? bytes.subarray(0, -1) : bytes);
  const piece = item === undefined ? undefined : (parseRecordText(item.inner) ?? parseTombstoneText(item.inner));
  return piece ?? { line: line.number, offset: line.offset, reason: reasonOf(bytes) };
}

function reasonOf(bytes: Buffer): string {
  if (bytes.every((byte) => byte === 0)) return "zeros";
  if (!isUtf8(bytes)) return "not UTF-8";
  return bytes.includes(',"sum":"') ? "not what its checksum says" : "not a whole line";
}
