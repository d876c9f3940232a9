import type { WritableFile } from "./durable-fs.ts";

/** Hears where the next byte comes, after each part. */
type Reached = (end: number) => void;

/** Writes all of it from this byte of the file on, and says how many bytes that was. */
export async function writeAll(
  file: Pick<WritableFile, "write">,
  bytes: Uint8Array,
  position: number,
  reached?: Reached,
): Promise<number> {
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written), position + written);
    reached?.(position + written);
  }
  return bytes.length;
}

/** The same on the calling thread, done when it comes back. */
export function writeAllNow(
  file: Pick<WritableFile, "writeNow">,
  bytes: Uint8Array,
  position: number,
  reached: Reached,
): void {
  for (let written = 0; written < bytes.length;) {
    written += file.writeNow(written === 0 ? bytes : bytes.subarray(written), position + written);
    reached(position + written);
  }
}
