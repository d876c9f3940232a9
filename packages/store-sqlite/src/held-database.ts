import { lstatSync, statSync } from "node:fs";
import type { BigIntStats, Stats } from "node:fs";
import { dirname } from "node:path";

import { HoldfastError } from "@holdfast/core";

/** Of the database's file, its log and the log's index. */
const suffixes = ["", "-wal", "-shm"] as const;

/**
 * Whoever deletes, moves or replaces a file changes its folder's time, so while that stands still the files need no look
 * of their own. A folder that was changed just now is not trusted: its next change may have the same time, since file
 * systems round them, the coarsest in use to two seconds. Milliseconds.
 */
const settledAfterMs = 3_000;
/** So often the files are looked at all the same, for what no folder tells of: a mount over one of them. Milliseconds. */
const trustedMs = 1_000;

/**
 * The files of a database as its connections opened them. SQLite goes on writing into files that were deleted, moved or
 * replaced, which nobody will find again, so they are looked at before each commit. While a connection is open none of
 * them changes its identity by SQLite's own doing.
 *
 * A look at the log has a price beyond itself: Linux, since 6.13, gives a file whose times were asked for a new one at
 * the next write, which the sync of that write then has to put on the disk as well.
 */
export class HeldDatabase {
  readonly #path: string;
  readonly #folder: string;
  readonly #now: () => number;
  /** As they were first seen, by path. */
  readonly #identities = new Map<string, Identity>();
  #trusted: { readonly folder: FolderState; readonly since: number } | undefined;
  #loss: HoldfastError | undefined;

  /** @param now the time as the file system has it, in milliseconds since 1970 */
  constructor(path: string, now: () => number = Date.now) {
    this.#path = path;
    this.#folder = dirname(path);
    this.#now = now;
  }

  /** Whether a check has failed: from then on, every one does. */
  get isLost(): boolean {
    return this.#loss !== undefined;
  }

  /** STORE_UNAVAILABLE where a file is not the one that was there at the first look. */
  check(): void {
    if (this.#loss === undefined && !this.#isUntouched()) this.#loss = this.#look();
    if (this.#loss !== undefined) throw this.#loss;
  }

  #isUntouched(): boolean {
    if (this.#trusted === undefined) return false;
    const { folder, since } = this.#trusted;
    const elapsed = this.#now() - since;
    return elapsed >= 0 && elapsed < trustedMs && isSame(folder, stateOf(this.#folder));
  }

  #look(): HoldfastError | undefined {
    const since = this.#now();
    // Before the files: what happens to them meanwhile is found by the next check.
    const folder = stateOf(this.#folder);
    for (const suffix of suffixes) {
      const file = `${this.#path}${suffix}`;
      const found = statSync(file, { bigint: true, throwIfNoEntry: false });
      const known = this.#identities.get(file);
      if (known !== undefined) {
        if (found === undefined) return lostFile(file, "gone");
        if (known.ino !== found.ino || known.dev !== found.dev) return lostFile(file, "changed");
      } else if (found !== undefined) this.#identities.set(file, { dev: found.dev, ino: found.ino });
    }
    const isSettled = folder !== undefined && since - folder.ctimeMs > settledAfterMs;
    // The target of a link may be in any folder.
    this.#trusted = isSettled && isNoLink(this.#path) ? { folder, since } : undefined;
    return undefined;
  }
}

type Identity = Pick<BigIntStats, "dev" | "ino">;
type FolderState = Pick<Stats, "dev" | "ino" | "ctimeMs">;

/** In numbers, which take less time than bigints, and are as good for a folder that stood still for so long. */
function stateOf(folder: string): FolderState | undefined {
  return statSync(folder, { throwIfNoEntry: false });
}

function isNoLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === false;
}

function isSame(one: FolderState, other: FolderState | undefined): boolean {
  return one.ctimeMs === other?.ctimeMs && one.ino === other.ino && one.dev === other.dev;
}

function lostFile(path: string, found: "changed" | "gone"): HoldfastError {
  const what = found === "gone" ? "was deleted or moved" : "was replaced by another file";
  return new HoldfastError(
    `"${path}" ${what} while the store was open: nothing more is written until the store is opened again; reading goes on`,
    { code: "STORE_UNAVAILABLE", retryable: false, details: { path, found } },
  );
}
