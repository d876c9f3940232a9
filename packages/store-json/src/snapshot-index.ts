/**
 * Where each key of a snapshot stands in its file: some 30 bytes a line, whatever the documents' size. What is found is a
 * place to look at, never an answer: two keys may have one hash, so whoever reads the line compares its key.
 */
export interface LinePosition {
  /** Of the line's first byte. */
  readonly offset: number;
  readonly bytes: number;
}

const firstCapacity = 1024;

export class SnapshotIndex {
  /** So that nobody can choose ids which fall together. */
  readonly #seed: number;
  #offsets = new Float64Array(firstCapacity);
  #lengths = new Uint32Array(firstCapacity);
  #hashes = new Uint32Array(2 * firstCapacity);
  /** Open addressing: one above a line's ordinal, 0 where nothing is. Twice as many as lines, at least. */
  #slots = new Uint32Array(4 * firstCapacity);
  #count = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  get count(): number {
    return this.#count;
  }

  /** `key` is the part of the line that names its record. False where that may be there already; then nothing is added. */
  add(key: Uint8Array, { offset, bytes }: LinePosition): boolean {
    const [first, second] = hashesOf(key, this.#seed);
    const slot = this.#slotOf(first, second);
    if (this.#slots[slot] !== 0) return false;
    const ordinal = this.#count++;
    this.#offsets[ordinal] = offset;
    this.#lengths[ordinal] = bytes;
    this.#hashes[2 * ordinal] = first;
    this.#hashes[2 * ordinal + 1] = second;
    this.#slots[slot] = ordinal + 1;
    if (this.#count === this.#offsets.length) this.#grow();
    return true;
  }

  find(key: Uint8Array): LinePosition | undefined {
    const ordinal = (this.#slots[this.#slotOf(...hashesOf(key, this.#seed))] ?? 0) - 1;
    return ordinal < 0 ? undefined : { offset: this.#offsets[ordinal] ?? 0, bytes: this.#lengths[ordinal] ?? 0 };
  }

  /** Where these hashes stand, or may stand. */
  #slotOf(first: number, second: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = first & mask; ; slot = (slot + 1) & mask) {
      const at = 2 * ((this.#slots[slot] ?? 0) - 1);
      if (at < 0 || (this.#hashes[at] === first && this.#hashes[at + 1] === second)) return slot;
    }
  }

  #grow(): void {
    const capacity = 2 * this.#offsets.length;
    this.#offsets = larger(this.#offsets, new Float64Array(capacity));
    this.#lengths = larger(this.#lengths, new Uint32Array(capacity));
    this.#hashes = larger(this.#hashes, new Uint32Array(2 * capacity));
    this.#slots = new Uint32Array(4 * capacity);
    for (let ordinal = 0; ordinal < this.#count; ordinal++) {
      const slot = this.#slotOf(this.#hashes[2 * ordinal] ?? 0, this.#hashes[2 * ordinal + 1] ?? 0);
      this.#slots[slot] = ordinal + 1;
    }
  }
}

function larger<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Two of 32 bits each: FNV-1a, and a polynomial. */
function hashesOf(key: Uint8Array, seed: number): readonly [first: number, second: number] {
  let [first, second] = [0x811c9dc5 ^ seed, seed];
  for (let at = 0; at < key.length; at++) {
    const byte = key[at] ?? 0;
    first = Math.imul(first ^ byte, 0x01000193);
    second = (Math.imul(second, 0x01000197) + byte) | 0;
  }
  return [(first ^ (first >>> 15)) >>> 0, second >>> 0];
}
