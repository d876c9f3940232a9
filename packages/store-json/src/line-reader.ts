import type { ReadableFile } from "./durable-fs.ts";

/** A line of a file, without its end. */
export interface Line {
  readonly bytes: Buffer;
  /** From 1. */
  readonly number: number;
  /** Of its first byte in the file. */
  readonly offset: number;
  /** False for what stands behind the last line's end. */
  readonly isEnded: boolean;
}

const chunkBytes = 1024 * 1024;
const lineEnd = 0x0a;

/** The lines of a file as they are read, all of a chunk at a time: what is in memory is a chunk and its longest line. */
export async function* readLines(file: ReadableFile): AsyncGenerator<readonly Line[], void> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  let number = 1;
  for (;;) {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const length = await file.read(chunk, offset + rest.length);
    const bytes = Buffer.concat([rest, chunk.subarray(0, length)]);
    const lines: Line[] = [];
    let start = 0;
    for (let end = bytes.indexOf(lineEnd); end !== -1; end = bytes.indexOf(lineEnd, start)) {
      lines.push({ bytes: bytes.subarray(start, end), number: number++, offset: offset + start, isEnded: true });
      start = end + 1;
    }
    rest = bytes.subarray(start);
    offset += start;
    if (length === 0 && rest.length > 0) lines.push({ bytes: rest, number, offset, isEnded: false });
    if (lines.length > 0) yield lines;
    if (length === 0) return;
  }
}
