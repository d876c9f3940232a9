import { createHash } from "node:crypto";

import { isId } from "@holdfast/core";

import { type LosslessJson, losslessText } from "./lossless-json.ts";
import type { RowPlace } from "./tinydb-file.ts";

/** Characters that an id of a store cannot have. */
const refused = /[\u0000-\u001f\u007f-\u009f]|\p{Surrogate}/gu;
/** Characters of an id that is too long which its record's id begins with. */
const startLength = 100;

/** What becomes of a row, by its id alone. */
export type RowId = { readonly id: string; readonly reason?: never } | { readonly id?: never; readonly reason: string };

/**
 * The ids of a table's records. An id that is a text stays as it is; any other is turned into a text that no row has,
 * and no reference names, as its id: so what referred to nothing does not come to refer to something.
 */
export class TableIds {
  readonly #rows = new Map<string, RowId>();
  readonly #taken = new Set<string>();
  readonly #texts = new Set<string>();
  readonly #made = new Map<string, string>();

  /** `rows` in the original's order, in which the first of those with one id is the one that it finds by it. */
  constructor(rows: readonly RowPlace[], references: readonly LosslessJson[]) {
    for (const text of [...rows.map(({ id }) => id), ...references]) if (isId(text)) this.#texts.add(text);
    for (const row of rows) this.#rows.set(row.number, this.#identify(row));
  }

  of(row: RowPlace): RowId {
    return this.#rows.get(row.number) ?? { reason: "it is not of this table" };
  }

  /** Whether a row of this id became a record. */
  has(id: unknown): boolean {
    return typeof id === "string" && this.#taken.has(id);
  }

  /** What a reference to a row becomes: the id that the row got, where it could not keep its own. */
  follow(reference: LosslessJson): LosslessJson {
    if (reference === null) return null;
    if (typeof reference === "string") return this.#made.get(losslessText(reference)) ?? reference;
    return this.#make(reference);
  }

  #identify(row: RowPlace): RowId {
    if (row.form === "too deep") return { reason: "it is nested deeper than 500 levels" };
    if (row.form === "other") return { reason: "it is not an object" };
    if (row.id === undefined || row.id === null || row.id === "") return { reason: "it has no id" };
    const id = isId(row.id) ? row.id : this.#make(row.id);
    if (this.#taken.has(id)) return { reason: "an earlier row has its id" };
    this.#taken.add(id);
    return { id };
  }

  #make(value: LosslessJson): string {
    const key = losslessText(value);
    const made = this.#made.get(key) ?? this.#firstFree(idText(typeof value === "string" ? value : key), typeof value);
    this.#made.set(key, made);
    return made;
  }

  #firstFree(wanted: string, kind: string): string {
    let id = wanted;
    for (let turn = 1; this.#texts.has(id); turn++) id = `${wanted} (${turn === 1 ? kind : `${kind} ${turn}`})`;
    this.#texts.add(id);
    return id;
  }
}

/** The text with its forbidden characters escaped; of one that is too long the start, and a hash of the whole. */
function idText(value: string): string {
  const text = value.replace(refused, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  if (Buffer.byteLength(text) <= startLength * 4) return text;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return `${[...text].slice(0, startLength).join("")}~${hash}`;
}
