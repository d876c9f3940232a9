import { crc32 } from "node:zlib";

/** CRC-32 of bytes, or of text as UTF-8, piece by piece. It finds damage; it is no defence against people. */
export function sumOf(piece: Uint8Array | string, before = 0): number {
  return crc32(piece, before);
}

/** As it stands in files: eight hexadecimal digits. */
export function sumText(sum: number): string {
  return sum.toString(16).padStart(8, "0");
}

const sumsHeld = 1024;

/** The sum over the sums of lines, in their order: so that no line is missing, twice, or at another place. */
export class SumOfSums {
  readonly #held = Buffer.allocUnsafe(4 * sumsHeld);
  #heldCount = 0;
  #before = 0;
  #lines = 0;

  get lines(): number {
    return this.#lines;
  }

  get text(): string {
    return sumText(this.#folded());
  }

  add(sum: number): void {
    if (this.#heldCount === sumsHeld) {
      this.#before = this.#folded();
      this.#heldCount = 0;
    }
    this.#held.writeUInt32BE(sum, 4 * this.#heldCount++);
    this.#lines++;
  }

  #folded(): number {
    return sumOf(this.#held.subarray(0, 4 * this.#heldCount), this.#before);
  }
}
