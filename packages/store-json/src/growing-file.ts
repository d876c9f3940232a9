/**
 * A file that one process adds to, of which what was added counts once that is said. Behind what counts stand zeros that
 * were written ahead, and synced with an earlier addition: an addition takes their place, so that its sync has nothing
 * to say of the file's length or of its blocks, which takes a disk half as long again. No line holds a zero byte, so
 * readers tell the zeros from what was added; a kill leaves them where they are.
 */
import type { WritableFile } from "./durable-fs.ts";
import { writeAll, writeAllNow } from "./write-text.ts";

/** Zeros are written ahead for as much as the file holds, but for so many bytes at least, and at most. */
const aheadLeast = 16 * 1024;
export const defaultAheadBytes = 256 * 1024;

const zeros = Buffer.alloc(defaultAheadBytes);

export class GrowingFile {
  readonly #file: WritableFile;
  readonly #aheadMost: number;
  /** What the operating system says that the file holds. */
  #size: number;
  #length: number;
  #written: number;

  /** `length`: of what is there, and counts. `aheadMost`: how many zeros stand ahead, up to 256 KiB; 0 for none. */
  constructor(file: WritableFile, length: number, aheadMost: number) {
    this.#file = file;
    this.#aheadMost = aheadMost;
    this.#size = length;
    this.#length = length;
    this.#written = length;
  }

  /** The bytes that count. */
  get length(): number {
    return this.#length;
  }

  /** Whether a file of this size is as it was left here. */
  hasSize(size: number | undefined): boolean {
    return size === this.#size;
  }

  /** Whether nothing stands behind the bytes that count. */
  get isUntouched(): boolean {
    return this.#written === this.#length;
  }

  /** Adds bytes on the calling thread; they count once `settle` is called. */
  addNow(bytes: Uint8Array): void {
    writeAllNow(this.#file, bytes, this.#written, (end) => this.#reached(end));
  }

  async add(bytes: Uint8Array): Promise<void> {
    await writeAll(this.#file, bytes, this.#written, (end) => this.#reached(end));
  }

  /** Where nothing stands ahead, some zeros do afterwards; a disk that has no room for them has room for what was added. */
  makeAhead(): Promise<void> | undefined {
    if (this.#written < this.#size || this.#aheadMost === 0) return undefined;
    const most = Math.min(Math.max(this.#written, aheadLeast), this.#aheadMost);
    try {
      writeAllNow(this.#file, zeros.subarray(0, most), this.#written, (end) => (this.#size = end));
      return undefined;
    } catch {
      return this.#cut(this.#written);
    }
  }

  /** All that was added counts from now on. */
  settle(): void {
    this.#length = this.#written;
  }

  /** Takes back what was added and does not count, and the zeros behind it. */
  async takeBack(): Promise<void> {
    await this.#cut(this.#length);
    this.#written = this.#length;
  }

  syncNow(): void {
    this.#file.syncDataNow();
  }

  sync(): Promise<void> {
    return this.#file.syncData();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #cut(length: number): Promise<void> {
    await this.#file.truncate(length);
    this.#size = length;
  }

  #reached(end: number): void {
    this.#written = end;
    if (end > this.#size) this.#size = end;
  }
}
