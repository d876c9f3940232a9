import { createHash, type Hash } from "node:crypto";

/** Texts that are hashed at one go: as many characters, or a few more. */
const charactersAtOnce = 16 * 1024;

/** SHA-256 over the content hashes of records, in the order in which they are added. */
export class RecordsHash {
  readonly #hash: Hash = createHash("sha256");
  #added = "";
  #count = 0;

  /** Adds a record by its content hash; undefined, where there is no record, adds nothing. */
  add(recordHash: string | undefined): void {
    if (recordHash === undefined) return;
    this.#count += 1;
    this.#added += recordHash;
    if (this.#added.length >= charactersAtOnce) this.#flush();
  }

  /** Records added. */
  get count(): number {
    return this.#count;
  }

  /** In hex. Ends the hash: nothing can be added, nor this be called, afterwards. */
  digest(): string {
    this.#flush();
    return this.#hash.digest("hex");
  }

  #flush(): void {
    this.#hash.update(this.#added);
    this.#added = "";
  }
}
