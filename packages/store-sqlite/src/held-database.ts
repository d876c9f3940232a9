import { statSync } from "node:fs";
import type { BigIntStats } from "node:fs";

import { HoldfastError } from "@holdfast/core";

/** Of the database's file, its log and the log's index. */
const suffixes = ["", "-wal", "-shm"] as const;

/**
 * The files of a database as its connections opened them. SQLite goes on writing into files that were deleted, moved or
 * replaced, which nobody will find again, so they are looked at before each commit. While a connection is open none of
 * them changes its identity by SQLite's own doing.
 */
export class HeldDatabase {
  readonly #files: readonly string[];
  /** As they were first seen, by path. */
  readonly #identities = new Map<string, Identity>();
  #loss: HoldfastError | undefined;

  constructor(path: string) {
    this.#files = suffixes.map((suffix) => `${path}${suffix}`);
  }

  /** Whether a check has failed: from then on, every one does. */
  get isLost(): boolean {
    return this.#loss !== undefined;
  }

  /** STORE_UNAVAILABLE where a file is not the one that was there at the first look. */
  check(): void {
    this.#loss ??= this.#look();
    if (this.#loss !== undefined) throw this.#loss;
  }

  #look(): HoldfastError | undefined {
    for (const file of this.#files) {
      const found = statSync(file, { bigint: true, throwIfNoEntry: false });
      const known = this.#identities.get(file);
      if (known !== undefined) {
        if (found === undefined) return lostFile(file, "gone");
        if (known.ino !== found.ino || known.dev !== found.dev) return lostFile(file, "changed");
      } else if (found !== undefined) this.#identities.set(file, { dev: found.dev, ino: found.ino });
    }
    return undefined;
  }
}

type Identity = Pick<BigIntStats, "dev" | "ino">;

function lostFile(path: string, found: "changed" | "gone"): HoldfastError {
  const what = found === "gone" ? "was deleted or moved" : "was replaced by another file";
  return new HoldfastError(
    `"${path}" ${what} while the store was open: nothing more is written until the store is opened again; reading goes on`,
    { code: "STORE_UNAVAILABLE", retryable: false, details: { path, found } },
  );
}
