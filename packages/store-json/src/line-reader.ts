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

/** Chunks grow from the least, which is enough for a small file, to the most. In bytes. */
const leastBytes = 8 * 1024;
const mostBytes = 1024 * 1024;
const lineEnd = 0x0a;

type Start = Pick<Line, "number" | "offset">;

/**
 * The lines of a file as they are read, all of a chunk at a time: what is in memory is a chunk and its longest line.
 * `from` is where to begin: the place of a line's first byte.
 */
export function readLines(file: ReadableFile, from: Start = { number: 1, offset: 0 }): AsyncGenerator<readonly Line[]> {
  return linesUntil(file, from, () => false);
}

/** The same, up to where a zero byte stands in a line's first place: there is no text there. */
export function linesBeforeZeros(file: ReadableFile, from: Start): AsyncGenerator<readonly Line[]> {
  return linesUntil(file, from, (first) => first === 0);
}

async function* linesUntil(
  file: ReadableFile,
  from: Start,
  isOver: (first: number | undefined) => boolean,
): AsyncGenerator<readonly Line[], void> {
  /** What was read of the line that is not ended yet. */
  let parts: Buffer[] = [];
  let { number, offset } = from;
  let position = offset;
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.min(Math.max(position - from.offset, leastBytes), mostBytes));
    const length = await file.read(chunk, position);
    const bytes = chunk.subarray(0, length);
    const lines: Line[] = [];
    let start = 0;
    for (let end = bytes.indexOf(lineEnd); end !== -1; end = bytes.indexOf(lineEnd, start)) {
      const own = bytes.subarray(start, end);
      const line = parts.length === 0 ? own : Buffer.concat([...parts, own]);
      parts = [];
      lines.push({ bytes: line, number: number++, offset, isEnded: true });
      start = end + 1;
      offset = position + start;
    }
    const isEnd = length === 0 || (parts.length === 0 && start < length && isOver(bytes[start]));
    if (start < length && !isEnd) parts.push(bytes.subarray(start));
    position += length;
    if (isEnd && parts.length > 0) lines.push({ bytes: Buffer.concat(parts), number, offset, isEnded: false });
    if (lines.length > 0) yield lines;
    if (isEnd) return;
  }
}
