import { isUtf8 } from "node:buffer";

import { HoldfastError } from "@holdfast/core";

import { corruptArchive } from "./archive-problem.ts";
import type { Bytes } from "./blocks.ts";

export interface ArchiveLine {
  /** With its end. */
  readonly bytes: Buffer;
  /** Without it. */
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

const lineEnd = 0x0a;

/**
 * The lines of an archive. What is in memory is a piece and one line: DOCUMENT_TOO_LARGE for a line of over `most` bytes,
 * STORE_CORRUPT for one that is not UTF-8, or has no end.
 */
export async function* archiveLines(bytes: Bytes, most: number): AsyncGenerator<ArchiveLine, void> {
  let begun: Buffer[] = [];
  let length = 0;
  let number = 1;
  for await (const piece of bytes) {
    const buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let start = 0;
    for (let end = buffer.indexOf(lineEnd); end !== -1; end = buffer.indexOf(lineEnd, start)) {
      const own = buffer.subarray(start, end + 1);
      if (length + own.byteLength > most) throw tooLong(number, most);
      yield lineOf(begun.length === 0 ? own : Buffer.concat([...begun, own]), number++);
      begun = [];
      length = 0;
      start = end + 1;
    }
    if (start === buffer.byteLength) continue;
    begun.push(buffer.subarray(start));
    length += buffer.byteLength - start;
    if (length > most) throw tooLong(number, most);
  }
  if (length > 0) throw corruptArchive("it has no end", number);
}

function lineOf(bytes: Buffer, number: number): ArchiveLine {
  if (!isUtf8(bytes)) throw corruptArchive("it is not UTF-8", number);
  return { bytes, text: bytes.toString("utf8", 0, bytes.byteLength - 1), number };
}

function tooLong(line: number, most: number): HoldfastError {
  return new HoldfastError(`line ${line} of the archive is longer than ${most} bytes; "maxLineBytes" allows more`, {
    code: "DOCUMENT_TOO_LARGE",
    details: { line, bytesMost: most },
  });
}
