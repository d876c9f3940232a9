import { isJsonObject, parseJson } from "@holdfast/core";
import type { RecordText } from "@holdfast/core";

/** Of text, in characters, whose documents are kept in each of the two generations. */
const charactersMost = 8 * 1024 * 1024;

/**
 * Documents that were read twice lately, as they were parsed: a copy of one is made in a fraction of the time that parsing
 * its text takes. Of what is read once, only that it was is kept: most of it is written next, or not read again soon. Two
 * generations: what is read moves into the newer one, and when that is full the older one is forgotten. A record that is
 * written again is another record here, so nothing is ever outdated.
 */
export class ParsedDocuments {
  readonly #most: number;
  /** By the record; what has no document was read once. */
  #newer = new Map<RecordText, RecordText>();
  #older = new Map<RecordText, RecordText>();
  #characters = 0;

  constructor(most: number = charactersMost) {
    this.#most = most;
  }

  /** The record, with its document where it is read again: that is kept from now on. */
  keep(record: RecordText): RecordText {
    const known = this.#newer.get(record);
    if (known?.body !== undefined || record.text.length > this.#most / 8) return known ?? record;
    const before = known ?? this.#older.get(record);
    const kept = before === undefined ? record : before.body === undefined ? withBody(record) : before;
    if (known === undefined) this.#makeRoomFor(record.text.length);
    this.#newer.set(record, kept);
    return kept;
  }

  /** The record with its document where that is kept: for reads that go past more documents than are read again soon. */
  look(record: RecordText): RecordText {
    return this.#newer.get(record) ?? this.#older.get(record) ?? record;
  }

  #makeRoomFor(characters: number): void {
    if (this.#characters + characters > this.#most) {
      this.#older = this.#newer;
      this.#newer = new Map();
      this.#characters = 0;
    }
    this.#characters += characters;
  }
}

/** What is no JSON object is left to whoever hands documents out. */
function withBody(record: RecordText): RecordText {
  const body = parseJson(record.text);
  return isJsonObject(body) ? { ...record, body } : record;
}
