import { own } from "../finders.ts";
import type { Mutant } from "../mutant.ts";

const json = "@holdfast/store-json";
const sqlite = "@holdfast/store-sqlite";

/** Of where a store's files are, and of what becomes of them there. */
export const placeMutants: readonly Mutant[] = [
  {
    name: "quota-without-a-name",
    breaks: "a used up quota is STORE_FULL, though Node has no name for it",
    file: "packages/core/src/file-error.ts",
    find: "(nameOf(Number(unnamed)) ?? thrown.code)",
    replace: "thrown.code",
    finder: own("@holdfast/core", "file-error", "is known by its number"),
  },
  {
    name: "index-of-the-log-on-a-full-disk",
    breaks: "a disk that is too full for the index of SQLite's log is STORE_FULL",
    file: "packages/store-sqlite/src/result-codes.ts",
    find: '["IOERR_SHMSIZE", "STORE_FULL"',
    replace: '["IOERR_SHMSIZE", "STORE_UNAVAILABLE"',
    finder: own(sqlite, "result-codes", "SQLITE_IOERR_SHMSIZE"),
  },
  {
    name: "network-file-system-taken",
    breaks: "a store is not written on a network file system",
    file: "packages/store-json/src/json-medium.ts",
    find: "    requireLocal(this.#path, await this.#parts.fileSystemType(this.#path));\n",
    replace: "",
    finder: own(json, "places", "a network file system, unless it is opened to read"),
  },
  {
    name: "written-over-another-file",
    breaks: "what somebody put in the place of an open store's file is not written over",
    file: "packages/store-json/src/held-files.ts",
    find: "this.#loss ??= await this.#look();",
    replace: "await this.#look();",
    finder: own(json, "held-files", "somebody edited it, and the edit is not written over"),
  },
  {
    name: "appended-beside-another-file",
    breaks: "what is acknowledged at once stands where it is found again",
    file: "packages/store-json/src/held-files.ts",
    find: "this.#loss ??= this.#lossBy(lock, this.#fs.factsNow(this.#path), this.#own);",
    replace: "this.#lossBy(lock, this.#fs.factsNow(this.#path), this.#own);",
    finder: own(json, "held-files", "another store's file took its place"),
  },
  {
    name: "lock-of-the-next-removed",
    breaks: "who lets go of a lock never removes the one that another process has by then",
    file: "packages/store-json/src/lock.ts",
    find: "if (inode === undefined || inode !== inodeOf(lockPath(path))) return;",
    replace: "",
    finder: own(json, "held-files", "its lock was deleted"),
  },
  {
    name: "log-left-for-another-database",
    breaks: "the log of a database that was moved goes with it, and is not taken for that of another one in its place",
    file: "packages/store-sqlite/src/sqlite-connection.ts",
    find: 'this.#database.pragma("wal_checkpoint(TRUNCATE)");',
    replace: "",
    finder: own(sqlite, "held-database", "it was moved, and holds all"),
  },
  {
    name: "commits-into-a-moved-database",
    breaks: "a commit into a database that was moved is not acknowledged",
    file: "packages/store-sqlite/src/sqlite-connection.ts",
    find: "if (!this.#database.readonly) this.#parts.held.check();",
    replace: "",
    finder: own(sqlite, "held-database", "it was deleted"),
  },
  {
    name: "trusts-a-young-folder",
    breaks: "a folder that has just changed is not taken for one in which nothing happens",
    file: "packages/store-sqlite/src/held-database.ts",
    find: "> settledAfterMs;",
    replace: "> -settledAfterMs;",
    finder: own(sqlite, "settled-folder", "is not trusted"),
  },
  {
    name: "trusts-the-folder-of-a-link",
    breaks: "a database behind a link is looked at itself",
    file: "packages/store-sqlite/src/held-database.ts",
    find: "isSettled && isNoLink(this.#path)",
    replace: "isSettled",
    finder: own(sqlite, "settled-folder", "what a link leads to"),
  },
  {
    name: "hard-linked-database",
    breaks: "a database with two names is refused",
    file: "packages/store-sqlite/src/database-file.ts",
    find: "if (found.nlink <= 1) return;",
    replace: "if (found.nlink >= 1) return;",
    finder: own(sqlite, "files", "a file with two names"),
  },
];
