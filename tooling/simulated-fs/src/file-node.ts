import type { Chance } from "@holdfast-tooling/chance";

/** What a power cut may leave in one sector: one of these, each as long as a sector. */
interface DoubtfulSector {
  readonly candidates: readonly Buffer[];
  /** False after a failed sync: the kernel takes the sector for clean, and no later sync writes it. */
  readonly isDirty: boolean;
}

/**
 * A file's content as programs see it, and as the medium may hold it. Contents are shared between copies and never
 * changed in place.
 */
export class FileNode {
  readonly mode: number;
  readonly #sectorBytes: number;
  #live: Buffer;
  /** What the length may be after a power cut. */
  #sizes: ReadonlySet<number>;
  readonly #doubtful: Map<number, DoubtfulSector>;

  private constructor(
    mode: number,
    sectorBytes: number,
    live: Buffer,
    sizes: ReadonlySet<number>,
    doubtful: Map<number, DoubtfulSector>,
  ) {
    this.mode = mode;
    this.#sectorBytes = sectorBytes;
    this.#live = live;
    this.#sizes = sizes;
    this.#doubtful = doubtful;
  }

  /** A file whose content is on the medium. */
  static settled(bytes: Buffer, mode: number, sectorBytes: number): FileNode {
    return new FileNode(mode, sectorBytes, bytes, new Set([bytes.length]), new Map());
  }

  get live(): Buffer {
    return this.#live;
  }

  get isSettled(): boolean {
    return this.#doubtful.size === 0 && this.#sizes.size === 1;
  }

  copy(): FileNode {
    return new FileNode(this.mode, this.#sectorBytes, this.#live, this.#sizes, new Map(this.#doubtful));
  }

  /** Zeros stand between the end of the content and a position behind it. */
  write(bytes: Buffer, position: number): void {
    const before = this.#live;
    const end = position + bytes.length;
    const gap = Buffer.alloc(Math.max(position - before.length, 0));
    this.#live = Buffer.concat([before.subarray(0, position), gap, bytes, before.subarray(end)]);
    this.#changed(before, Math.min(position, before.length), end);
  }

  truncate(size: number): void {
    const before = this.#live;
    if (size >= before.length) return;
    this.#live = before.subarray(0, size);
    this.#changed(before, size, before.length);
  }

  sync(): void {
    for (const [at, { isDirty }] of this.#doubtful) if (isDirty) this.#doubtful.delete(at);
    this.#sizes = new Set([this.#live.length]);
  }

  failSync(): void {
    for (const [at, sector] of this.#doubtful) this.#doubtful.set(at, { ...sector, isDirty: false });
  }

  /** How many contents there are to choose from; not all differ. */
  countContents(): number {
    return this.#lengths().reduce((sum, size) => sum + this.#countAt(size), 0);
  }

  /** Every content that a power cut may leave. */
  *contents(): Iterable<Buffer> {
    for (const size of this.#lengths()) yield* this.#contentsAt(size, this.#sectorsBelow(size), 0);
  }

  /** One that a power cut may leave: each length as likely as the others, each sector's contents likewise. */
  sample(chance: Chance): Buffer {
    const lengths = this.#lengths();
    const torn = Math.min(...lengths) + chance.below(Math.max(...lengths) - Math.min(...lengths) + 1);
    const size = chance.isIn(0.25) ? torn : (lengths[chance.below(lengths.length)] ?? torn);
    const content = this.#base(size);
    for (const at of this.#sectorsBelow(size)) {
      const candidates = this.#doubtful.get(at)?.candidates ?? [];
      candidates[chance.below(candidates.length)]?.copy(content, at * this.#sectorBytes);
    }
    return content;
  }

  #changed(before: Buffer, from: number, to: number): void {
    if (this.#sectorBytes === Number.POSITIVE_INFINITY) return;
    this.#sizes = new Set([...this.#sizes, this.#live.length]);
    const last = Math.ceil(to / this.#sectorBytes);
    for (let at = Math.floor(from / this.#sectorBytes); at < last; at++) {
      const known = this.#doubtful.get(at)?.candidates ?? [this.#sectorOf(before, at)];
      const next = this.#sectorOf(this.#live, at);
      const candidates = known.some((each) => each.equals(next)) ? known : [...known, next];
      this.#doubtful.set(at, { candidates, isDirty: true });
    }
  }

  /** Zeros where the content does not reach. */
  #sectorOf(content: Buffer, at: number): Buffer {
    const part = content.subarray(at * this.#sectorBytes, (at + 1) * this.#sectorBytes);
    if (part.length === this.#sectorBytes) return part;
    const sector = Buffer.alloc(this.#sectorBytes);
    part.copy(sector);
    return sector;
  }

  /** The lengths there may be: those the file had, and all whole sectors in between. */
  #lengths(): readonly number[] {
    const lengths = new Set(this.#sizes);
    const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
    const first = Math.ceil(least / this.#sectorBytes) * this.#sectorBytes;
    for (let size = first; size < most; size += this.#sectorBytes) lengths.add(size);
    return [...lengths];
  }

  #sectorsBelow(size: number): readonly number[] {
    return [...this.#doubtful.keys()].filter((at) => at * this.#sectorBytes < size);
  }

  #countAt(size: number): number {
    const counts = this.#sectorsBelow(size).map((at) => this.#doubtful.get(at)?.candidates.length ?? 1);
    return counts.reduce((product, count) => product * count, 1);
  }

  *#contentsAt(size: number, sectors: readonly number[], next: number): Iterable<Buffer> {
    const at = sectors[next];
    if (at === undefined) {
      yield this.#base(size);
      return;
    }
    for (const candidate of this.#doubtful.get(at)?.candidates ?? []) {
      for (const content of this.#contentsAt(size, sectors, next + 1)) {
        candidate.copy(content, at * this.#sectorBytes);
        yield content;
      }
    }
  }

  #base(size: number): Buffer {
    const content = Buffer.alloc(size);
    this.#live.copy(content);
    return content;
  }
}
