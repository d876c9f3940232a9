import { type ErrorCode, HoldfastError, type StoredRecord, type StoreSession } from "@holdfast/core";

import type { ImportLedger } from "./import-ledger.ts";

/** A record to be written, and the row of the source that it was made of. */
export interface ImportRow {
  readonly record: StoredRecord;
  readonly table: string;
  readonly row: string;
  /** Roughly how large it is, in bytes. */
  readonly bytes: number;
  /** The row as it stands in the source, for the report; undefined where that is not to be shown. */
  readonly was: () => string | undefined;
}

/** A batch ends where it reaches as many bytes, since a store takes it in whole. */
const batchBytesMost = 8 * 1024 * 1024;

/** Why a store may refuse one record and take the others. */
const refusals: readonly ErrorCode[] = [
  "DOCUMENT_TOO_LARGE",
  "INDEX_VALUE_TOO_LARGE",
  "INVALID_ENTITY",
  "INVALID_ID",
  "REFERENCE_VIOLATION",
  "UNIQUE_VIOLATION",
  "UNSERIALIZABLE_VALUE",
];

/**
 * Writes records as they are, with `restore`, a batch at a time. What the store refuses is found by halves and told in
 * the ledger, the rest is written. A record whose parent is not there yet is tried again at the end. What stands in the
 * store already is left as it is: unchanged where it is the same, refused where it is not.
 */
export class ImportWriter {
  readonly #target: Pick<StoreSession, "get" | "write">;
  readonly #ledger: ImportLedger;
  readonly #aside: ImportRow[] = [];
  #waiting: ImportRow[] = [];
  #bytes = 0;
  #written = 0;
  #unchanged = 0;

  constructor(target: Pick<StoreSession, "get" | "write">, ledger: ImportLedger) {
    this.#target = target;
    this.#ledger = ledger;
  }

  /** Writes all rows, `batch` at once at most; `onBatch` is told how many are done. */
  async write(rows: Iterable<ImportRow>, batch: number, onBatch: (rows: number) => void): Promise<void> {
    let done = 0;
    for (const row of rows) {
      this.#waiting.push(row);
      this.#bytes += row.bytes;
      if (this.#waiting.length < batch && this.#bytes < batchBytesMost) continue;
      done += await this.#flush();
      onBatch(done);
    }
    done += await this.#flush();
    await this.#finish();
    onBatch(done);
  }

  get counts(): { readonly written: number; readonly unchanged: number } {
    return { written: this.#written, unchanged: this.#unchanged };
  }

  async #flush(): Promise<number> {
    const rows = this.#waiting;
    [this.#waiting, this.#bytes] = [[], 0];
    await this.#restore(rows);
    return rows.length;
  }

  async #restore(rows: readonly ImportRow[]): Promise<void> {
    const [first] = rows;
    if (first === undefined) return;
    const error = await this.#refusal(rows);
    if (error === undefined) return;
    if (rows.length > 1) {
      const middle = Math.ceil(rows.length / 2);
      await this.#restore(rows.slice(0, middle));
      await this.#restore(rows.slice(middle));
    } else if (error.code === "REFERENCE_VIOLATION") this.#aside.push(first);
    else this.#refuse(first, error.message, error.code);
  }

  /** What waits for its parent, as long as that gets any further. */
  async #finish(): Promise<void> {
    for (let before = Infinity; this.#aside.length > 0 && this.#aside.length < before;) {
      before = this.#aside.length;
      for (const row of this.#aside.splice(0)) await this.#restore([row]);
    }
    for (const row of this.#aside.splice(0)) {
      this.#refuse(row, "it refers to a record that is not there", "REFERENCE_VIOLATION");
    }
  }

  /** Restores all of the rows, or says why that cannot be; then none is. */
  async #refusal(rows: readonly ImportRow[]): Promise<HoldfastError | undefined> {
    try {
      const results = await this.#target.write(rows.map(({ record }) => ({ restore: record })));
      const held = rows.filter((_, at) => results[at]?.record === undefined);
      this.#written += rows.length - held.length;
      await this.#compare(held);
      return undefined;
    } catch (error) {
      const isRefusal = HoldfastError.is(error) && refusals.includes(error.code);
      if (!isRefusal || this.#ledger.fails) throw error;
      return error;
    }
  }

  /** What the store has had before, by type, since a store is asked so. */
  async #compare(rows: readonly ImportRow[]): Promise<void> {
    for (const type of new Set(rows.map(({ record }) => record.type))) {
      const own = rows.filter(({ record }) => record.type === type);
      const held = await this.#target.get(
        type,
        own.map(({ record }) => record.id),
      );
      for (const [at, row] of own.entries()) {
        if (JSON.stringify(held[at]?.body) === JSON.stringify(row.record.body)) this.#unchanged++;
        else if (held[at] === undefined)
          this.#refuse(row, "the store had such a record, and it was deleted", "CONFLICT");
        else this.#refuse(row, "the store holds another record of this id, which stays as it is", "CONFLICT");
      }
    }
  }

  #refuse({ record, table, row, was: quote }: ImportRow, reason: string, code: ErrorCode): void {
    const was = quote();
    this.#ledger.refuse({ table, row, id: record.id, reason, ...(was !== undefined && { was }) }, code);
  }
}
