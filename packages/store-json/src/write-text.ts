import type { WritableFile } from "./durable-fs.ts";

/** Characters of text that are handed to the file system at once, about. */
const chunkLength = 256 * 1024;

export async function writeAll(file: WritableFile, bytes: Uint8Array): Promise<number> {
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
  return bytes.length;
}

/** The same on the calling thread, done when it comes back. */
export function writeAllNow(file: WritableFile, bytes: Uint8Array): number {
  for (let written = 0; written < bytes.length;) written += file.writeNow(bytes.subarray(written));
  return bytes.length;
}

/** The lines in pieces that are worth a write each. */
export function* chunks(lines: Iterable<string>): Iterable<string> {
  let chunk = "";
  for (const line of lines) {
    chunk += line;
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}
