import type { ReadableFile } from "./durable-fs.ts";
import { OwnForm, parseHeaderLine } from "./own-form.ts";
import { SnapshotIndex } from "./snapshot-index.ts";

const readBytes = 1024 * 1024;
const lineEnd = 0x0a;
const openingBrace = 0x7b;
const [comma, quote, letterV] = [0x2c, 0x22, 0x76];

/**
 * Proves a snapshot whole by its sums, and notes where each of its lines stands; no document is parsed. Undefined where it
 * is not just as we write it, or where a key may be there twice: then it has to be read, which says what is wrong, if
 * anything is. What is in memory is a chunk, or the longest line, and the index.
 */
export async function scanSnapshot(file: ReadableFile, path: string): Promise<SnapshotIndex | undefined> {
  let scan: Scan | undefined;
  const { size } = await file.facts();
  let buffer = Buffer.allocUnsafe(Math.min(size + 1, readBytes));
  /** Of the buffer's first byte in the file, and how much of the buffer is filled. */
  let [position, filled] = [0, 0];
  for (;;) {
    const length = await file.read(buffer.subarray(filled), position + filled);
    if (length === 0) break;
    filled += length;
    const bytes = buffer.subarray(0, filled);
    let start = 0;
    for (let end = bytes.indexOf(lineEnd); end !== -1; end = bytes.indexOf(lineEnd, start)) {
      const line = bytes.subarray(start, end);
      if (scan !== undefined && !accepts(scan, line, position + start)) return undefined;
      scan ??= begun(line, path);
      if (scan === undefined) return undefined;
      start = end + 1;
    }
    buffer.copyWithin(0, start, filled);
    [position, filled] = [position + start, filled - start];
    if (filled === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(filled)]);
  }
  return filled === 0 && scan?.form.isComplete === true ? scan.index : undefined;
}

interface Scan {
  readonly form: OwnForm;
  readonly index: SnapshotIndex;
}

/** Only what has sums is proven by them. The first one, of a line that holds the store's own name, nobody else can choose. */
function begun(bytes: Buffer, path: string): Scan | undefined {
  const header = parseHeaderLine({ bytes, number: 1, offset: 0, isEnded: true }, path);
  if (header?.sum === undefined) return undefined;
  return { form: new OwnForm(header, "sums"), index: new SnapshotIndex(header.sum) };
}

function accepts({ form, index }: Scan, bytes: Buffer, offset: number): boolean {
  if (form.accept({ bytes }) === undefined) return false;
  if (bytes[0] !== openingBrace) return true;
  const end = keyEnd(bytes);
  return end !== -1 && index.add(bytes.subarray(0, end), { offset, bytes: bytes.length });
}

/** Behind the members that name a record stands its version; no string holds what that begins with, as quotes are escaped. */
function keyEnd(bytes: Buffer): number {
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === comma && bytes[at + 1] === quote && bytes[at + 2] === letterV) return at;
  }
  return -1;
}
