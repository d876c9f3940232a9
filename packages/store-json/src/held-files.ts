import { HoldfastError } from "@holdfast/core";
import type { DurableFs, FileFacts } from "./durable-fs.ts";
import { lockPath } from "./lock-path.ts";

/**
 * The store's file and its lock as this process left them. Whoever deletes, moves, replaces or edits one of them under an
 * open store must not have it written over, and no write may be acknowledged that goes into a file which nobody will
 * find again; so they are looked at before each commit, and once more before a file takes the place of another.
 */
export class HeldFiles {
  readonly #fs: DurableFs;
  readonly #path: string;
  readonly #lockPath: string;
  readonly #lock: string | undefined;
  #file: string | undefined;
  #coming: string | undefined;
  #loss: HoldfastError | undefined;

  private constructor(fs: DurableFs, path: string, lock: string | undefined) {
    this.#fs = fs;
    this.#path = path;
    this.#lockPath = lockPath(path);
    this.#lock = lock;
  }

  /** From the moment on at which the lock was taken; there is no file yet, or `holds` says which one. */
  static async from(fs: DurableFs, path: string): Promise<HeldFiles> {
    return new HeldFiles(fs, path, (await fs.facts(lockPath(path)))?.revision);
  }

  /** This revision of the file is the store's. */
  holds(revision: string): void {
    this.#file = revision;
  }

  /** This revision takes the file's place from now on, at a moment that a check cannot know. */
  expects(revision: string): void {
    this.#coming = revision;
  }

  /** Whether a check has failed: from then on, every one does. */
  get areLost(): boolean {
    return this.#loss !== undefined;
  }

  /** STORE_UNAVAILABLE where a file is not as it was left. */
  async check(): Promise<void> {
    this.#loss ??= await this.#look();
    if (this.#loss !== undefined) throw this.#loss;
  }

  /** As `check`, at once. */
  checkNow(): void {
    const lock = this.#fs.factsNow(this.#lockPath);
    this.#loss ??= this.#lossBy(lock, this.#fs.factsNow(this.#path), this.#own);
    if (this.#loss !== undefined) throw this.#loss;
  }

  get #own(): readonly (string | undefined)[] {
    return this.#coming === undefined ? [this.#file] : [this.#file, this.#coming];
  }

  async #look(): Promise<HoldfastError | undefined> {
    // The store itself may replace the file meanwhile, and the answer may be of before that.
    const before = this.#own;
    const [lock, file] = await Promise.all([this.#fs.facts(this.#lockPath), this.#fs.facts(this.#path)]);
    return this.#lossBy(lock, file, [...before, ...this.#own]);
  }

  #lossBy(
    lock: FileFacts | undefined,
    file: FileFacts | undefined,
    own: readonly (string | undefined)[],
  ): HoldfastError | undefined {
    if (!own.includes(file?.revision)) return lostFile(this.#path, file === undefined ? "gone" : "changed");
    if (lock?.revision === this.#lock) return undefined;
    return lostFile(this.#lockPath, lock === undefined ? "gone" : "changed");
  }
}

/** A file of the store that somebody else deleted, moved, replaced or changed while the store was open. */
export function lostFile(path: string, found: "changed" | "gone"): HoldfastError {
  const what = found === "gone" ? "was deleted or moved" : "was replaced or changed by somebody else";
  return new HoldfastError(
    `"${path}" ${what} while the store was open: nothing more is written until the store is opened again; reading goes on`,
    { code: "STORE_UNAVAILABLE", retryable: false, details: { path, found } },
  );
}
