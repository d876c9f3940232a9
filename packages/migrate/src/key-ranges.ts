import type { RecordPair } from "./pairs-by-id.ts";
import { RecordsHash } from "./records-hash.ts";

const keptMost = 1_000;

/** Some ids of one type in one tenant that stand side by side, in two stores. */
export interface KeyRange {
  readonly tenant: string;
  readonly type: string;
  /** Behind this id; from the first on where it is undefined. */
  readonly after: string | undefined;
  /** Up to this id, which is among them; to the last where it is undefined. */
  readonly upTo: string | undefined;
  readonly sourceRecords: number;
  readonly targetRecords: number;
  /** SHA-256, in hex, over the content hashes of the records by id. */
  readonly sourceHash: string;
  readonly targetHash: string;
}

type Place = Pick<KeyRange, "tenant" | "type" | "after">;

/** Cuts what is compared into ranges of about so many ids, and keeps those that differ. */
export class KeyRanges {
  readonly #size: number;
  readonly #onRange: () => void;
  readonly differing: KeyRange[] = [];
  compared = 0;
  #place: Place | undefined;
  #source = new RecordsHash();
  #target = new RecordsHash();
  #ids = 0;

  constructor(size: number, onRange: () => void) {
    this.#size = size;
    this.#onRange = onRange;
  }

  begin(place: Place): void {
    this.#place = place;
  }

  add({ id, source, target }: RecordPair): void {
    this.#source.add(source);
    this.#target.add(target);
    this.#ids += 1;
    if (this.#ids === this.#size) this.#cut(id);
  }

  /** Of the collection; `upTo` is where its last range ends, undefined where it has no end. */
  end(upTo: string | undefined): void {
    if (this.#ids > 0) this.#cut(upTo);
    this.#place = undefined;
  }

  #cut(upTo: string | undefined): void {
    if (this.#place === undefined) return;
    const [source, target] = [this.#source, this.#target];
    const range = {
      ...this.#place,
      upTo,
      sourceRecords: source.count,
      targetRecords: target.count,
      sourceHash: source.digest(),
      targetHash: target.digest(),
    };
    this.compared += 1;
    if (range.sourceHash !== range.targetHash && this.differing.length < keptMost) this.differing.push(range);
    this.#place = { ...this.#place, after: upTo };
    [this.#source, this.#target, this.#ids] = [new RecordsHash(), new RecordsHash(), 0];
    this.#onRange();
  }
}
