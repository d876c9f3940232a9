import { createHash, type Hash } from "node:crypto";

/** SHA-256 over the content hashes of records, in the order in which they are added. */
export class RecordsHash {
  readonly #hash: Hash = createHash("sha256");
  #count = 0;

  /** Adds a record by its content hash; undefined, where there is no record, adds nothing. */
  add(recordHash: string | undefined): void {
    if (recordHash === undefined) return;
    this.#hash.update(recordHash);
    this.#count += 1;
  }

  /** Records added. */
  get count(): number {
    return this.#count;
  }

  /** In hex. Ends the hash: nothing can be added, nor this be called, afterwards. */
  digest(): string {
    return this.#hash.digest("hex");
  }
}
