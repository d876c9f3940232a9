import type { WritableFile } from "./durable-fs.ts";

export async function writeAll(file: WritableFile, bytes: Uint8Array): Promise<number> {
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
  return bytes.length;
}

/** The same on the calling thread, done when it comes back. */
export function writeAllNow(file: WritableFile, bytes: Uint8Array): number {
  for (let written = 0; written < bytes.length;) written += file.writeNow(bytes.subarray(written));
  return bytes.length;
}
