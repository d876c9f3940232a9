import { isJsonObject, parseJson } from "@holdfast/core";
import type { RecordText } from "@holdfast/core";

/** Of text, in characters, whose documents are kept in each of the two generations. */
const charactersMost = 8 * 1024 * 1024;

/**
 * Documents that were read lately, as they were parsed: a copy of one is made in a fraction of the time that parsing its
 * text takes. Two generations: what is read moves into the newer one, and when that is full the older one is forgotten. A
 * record that is written again is another record here, so nothing is ever outdated.
 */
export class ParsedDocuments {
  readonly #most: number;
  #newer = new Map<RecordText, RecordText>();
  #older = new Map<RecordText, RecordText>();
  #characters = 0;

  constructor(most: number = charactersMost) {
    this.#most = most;
  }

  /** The record with its document, which is kept from now on. */
  keep(record: RecordText): RecordText {
    const known = this.#newer.get(record);
    if (known !== undefined) return known;
    const parsed = this.#older.get(record) ?? withBody(record);
    if (parsed.body !== undefined && record.text.length <= this.#most / 8) this.#add(record, parsed);
    return parsed;
  }

  /** The record with its document where that is kept: for reads that go past more documents than are read again soon. */
  look(record: RecordText): RecordText {
    return this.#newer.get(record) ?? this.#older.get(record) ?? record;
  }

  #add(record: RecordText, parsed: RecordText): void {
    if (this.#characters + record.text.length > this.#most) {
      this.#older = this.#newer;
      this.#newer = new Map();
      this.#characters = 0;
    }
    this.#newer.set(record, parsed);
    this.#characters += record.text.length;
  }
}

/** What is no JSON object is left to whoever hands documents out. */
function withBody(record: RecordText): RecordText {
  const body = parseJson(record.text);
  return isJsonObject(body) ? { ...record, body } : record;
}
