const headerPart = 24;
const framePart = 8;
const frameHeaderBytes = 24;
const magic = 0x377f0682;

/**
 * The checksum that runs through a write-ahead log, as SQLite's file format describes it: two sums over words of 32 bits,
 * from the log's header on through every frame. The first word of the log says in which order bytes make words.
 */
export class LogChecksum {
  readonly #isBigEndian: boolean;
  #first = 0;
  #second = 0;

  private constructor(isBigEndian: boolean) {
    this.#isBigEndian = isBigEndian;
  }

  /** Undefined where the header is none, or is not what its checksum says. */
  static ofHeader(header: Buffer): LogChecksum | undefined {
    const kind = header.readUInt32BE(0);
    if (kind !== magic && kind !== magic + 1) return undefined;
    const checksum = new LogChecksum(kind === magic + 1);
    checksum.#add(header.subarray(0, headerPart));
    return checksum.#stands(header, headerPart) ? checksum : undefined;
  }

  /** Whether a frame follows on what was read before; only then another may. */
  goesOnTo(frame: Buffer): boolean {
    this.#add(frame.subarray(0, framePart));
    this.#add(frame.subarray(frameHeaderBytes));
    return this.#stands(frame, framePart * 2);
  }

  #add(bytes: Buffer): void {
    let [first, second] = [this.#first, this.#second];
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      first = (first + this.#word(bytes, at) + second) >>> 0;
      second = (second + this.#word(bytes, at + 4) + first) >>> 0;
    }
    [this.#first, this.#second] = [first, second];
  }

  #word(bytes: Buffer, at: number): number {
    return this.#isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
  }

  #stands(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32BE(at) === this.#first && bytes.readUInt32BE(at + 4) === this.#second;
  }
}
