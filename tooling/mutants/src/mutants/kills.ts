import { own } from "../finders.ts";
import type { Mutant } from "../mutant.ts";

const endedProcesses = "ended-processes";
const kills = "@holdfast-system/kills";

/** Of what a process leaves that is killed, or ends in any other way. */
export const killMutants: readonly Mutant[] = [
  {
    name: "json-round-without-end",
    breaks: "a round of a journal counts only with its last line: nothing of an unfinished one is found",
    file: "packages/store-json/src/read-journal.ts",
    find: "  end(): ReadJournal {\n    this.#leave();",
    replace:
      "  end(): ReadJournal {\n    if (this.#open !== undefined) {\n" +
      "      const { first, start, changes } = this.#open;\n" +
      "      this.#rounds.push({ start, changes, behind: first });\n    }",
    finder: own("@holdfast/store-json", "journal-recovery", "a journal cut off at any byte"),
  },
  {
    name: "json-fold-forgets",
    breaks: "a journal goes only when a snapshot stands for all that is in it",
    file: "packages/store-json/src/store-files.ts",
    find: "(after) => after < keptFrom",
    replace: "() => true",
    finder: own("@holdfast/store-json", "journal", "is folded into it while writing goes on"),
  },
  {
    name: "json-lock-is-shared",
    breaks: "one process at a time writes to a JSON store",
    file: "packages/store-json/src/lock.ts",
    find: "BEGIN EXCLUSIVE",
    replace: "BEGIN",
    finder: own(kills, endedProcesses, "stays with an owner that does not move: wait"),
  },
  {
    name: "json-lock-believes-note",
    breaks: "the note that names a JSON store's owner keeps nobody out, whoever has its process id now",
    file: "packages/store-json/src/lock.ts",
    find: "    if (held !== undefined) return heldLock(path, held);",
    replace: "    if (held !== undefined && (await readOwner(path)) === undefined) return heldLock(path, held);",
    finder: own(kills, endedProcesses, "a note that names a living process"),
  },
  {
    name: "sqlite-writer-closes-first",
    breaks: "a SQLite store that its last process closes is one file, with nothing left in a log",
    file: "packages/store-sqlite/src/connections.ts",
    find: "    await this.#readers.close();\n    if (this.#held.isLost)",
    replace: "    this.#writer?.close();\n    await this.#readers.close();\n    if (this.#held.isLost)",
    finder: own(kills, endedProcesses, "by closing it at SIGTERM"),
  },
];
