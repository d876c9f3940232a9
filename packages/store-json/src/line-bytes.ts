import { sumOf } from "./sums.ts";

/** Bytes that are handed to the file system at once, about. */
const pieceBytes = 256 * 1024;
/** Of UTF-8, for one unit of a text. */
const bytesMost = 3;

/**
 * Lines as UTF-8, put together in pieces that are worth a write each: each text is encoded once, straight to where it is
 * written from.
 */
export class LineBytes {
  #bytes: Buffer;
  #length = 0;

  /** `room`: for so many bytes without a second thought. */
  constructor(room: number = pieceBytes + pieceBytes / 4) {
    this.#bytes = Buffer.allocUnsafe(room);
  }

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length >= pieceBytes;
  }

  add(text: string): void {
    const most = this.#length + text.length * bytesMost;
    if (most > this.#bytes.length) this.#grow(most);
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** Of what stands behind so many bytes; `before` is the sum of what was taken before. */
  sumFrom(start: number, before = 0): number {
    return sumOf(this.#bytes.subarray(start, this.#length), before);
  }

  /** What was added since the last call. It stays as it is. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.allocUnsafe(pieceBytes + pieceBytes / 4);
    this.#length = 0;
    return taken;
  }

  /** The same, good until something is added again. */
  lend(): Buffer {
    const lent = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return lent;
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafe(Math.max(least, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
