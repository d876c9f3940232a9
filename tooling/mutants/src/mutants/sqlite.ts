import { own } from "../finders.ts";
import type { Finder, Mutant } from "../mutant.ts";

const source = "packages/store-sqlite/src";

/** Of what SQLite is told, and of how its processes get along with each other. */
export const sqliteMutants: readonly Mutant[] = [
  {
    name: "sqlite-not-synced",
    breaks: "an acknowledged commit outlives a power cut",
    file: `${source}/settings.ts`,
    find: '"power-loss": 2',
    replace: '"power-loss": 1',
    finder: sqlite("open-database", "syncs its commits as power-loss asks"),
  },
  {
    name: "settings-not-read-back",
    breaks: "a build of SQLite that does not take a setting is refused",
    file: `${source}/settings.ts`,
    find: "if (found === value) continue;",
    replace: "continue;",
    finder: sqlite("open-database", "does not take a setting"),
  },
  {
    name: "deferred-begin",
    breaks: "a transaction that is to write keeps other writers out from its first read on",
    file: `${source}/sqlite-connection.ts`,
    find: 'mode === "read" ? begin : beginToWrite',
    replace: "begin",
    finder: sqlite("other-processes", "keeps other writers out from its first read on"),
  },
  {
    name: "busy-not-retried",
    breaks: "who finds the database locked by another process waits for it",
    file: `${source}/retry-busy.ts`,
    find: "!isBusy(thrown) || waitedMs >= timeoutMs",
    replace: "isBusy(thrown) || waitedMs >= timeoutMs",
    finder: sqlite("other-processes", "opening waits for it"),
  },
  {
    name: "waits-on-the-thread",
    breaks: "waiting for another process does not hold up the event loop",
    file: `${source}/open-database.ts`,
    find: "const blockingWaitMs = 0;",
    replace: "const blockingWaitMs = 10_000;",
    finder: sqlite("other-processes", "waits without holding up the event loop"),
  },
  {
    name: "newcomers-first",
    breaks: "who has waited longest for the write lock tries most often",
    file: `${source}/retry-busy.ts`,
    find: "longestPauseMs / (1 + waitedMs / agingMs)",
    replace: "longestPauseMs * (1 + waitedMs / agingMs)",
    finder: sqlite("retry-busy", "whoever has waited longer"),
  },
  {
    name: "log-of-lone-puts-not-counted",
    breaks: "the log is looked at once so much can have been written, by whichever statements",
    file: `${source}/sqlite-connection.ts`,
    find: "if (!prepared.readonly) this.#note(rows.length, parameters);",
    replace: "if (prepared.readonly) this.#note(0, parameters);",
    finder: sqlite("sqlite-connection", "one that writes and gives what it wrote"),
  },
  {
    name: "compiled-for-each-value",
    breaks: "a query that is asked again with other values is not compiled anew",
    file: `${source}/dialect.ts`,
    find: 'return "+?";',
    replace: 'return "?";',
    finder: sqlite("plans", "is not compiled anew"),
  },
  {
    name: "reads-from-an-open-transaction",
    breaks: "a single read sees nothing of what is not committed",
    file: `${source}/connections.ts`,
    find: "writer.isSpent || !this.#writers.isIdle || this.#held.isLost) return undefined;\n    return writer.runAtOnce",
    replace: "writer.isSpent || this.#held.isLost) return undefined;\n    return writer.runAtOnce",
    finder: sqlite("conformance", "aborted read: nobody sees"),
  },
  {
    name: "log-without-bound",
    breaks: "the log stays bounded where readers overlap",
    file: `${source}/log-keeper.ts`,
    find: "return bytes > this.#triedAt * growth;",
    replace: "return false;",
    finder: sqlite("log-keeper", "stays bounded"),
  },
  {
    name: "lost-log-not-noticed",
    breaks: "a log that was taken away since a kill is noticed, and its commits are not lost in silence",
    file: `${source}/connections.ts`,
    find: '    if (file.kind === "file") await refuseLostLog(file.path);\n',
    replace: "",
    finder: sqlite("lost-log", "was taken away since a kill is refused"),
  },
  {
    name: "cell-sizes-unchecked",
    breaks: "pages that were overwritten give STORE_CORRUPT and never other records",
    file: `${source}/settings.ts`,
    find: "  cell_size_check: 1,",
    replace: "  cell_size_check: 0,",
    finder: sqlite("open-database", "trusts neither the schema nor the pages"),
  },
  {
    name: "counting-anew",
    breaks: "a store whose counters are gone takes no writes, instead of counting from the beginning",
    file: "packages/store-sql/src/epoch.ts",
    find: "row[name] === undefined ? 0",
    replace: 'typeof row[name] !== "number" ? 0',
    finder: sqlite("damage", "whose counters are gone"),
  },
  {
    name: "lost-index-not-told",
    breaks: "check tells of an index that somebody dropped",
    file: "packages/store-sql/src/check-tables.ts",
    find: "[checkRecords, checkIndexes, checkCounters]",
    replace: "[checkRecords, checkCounters]",
    finder: sqlite("damage", "drop index"),
  },
  {
    name: "broken-reference-unnamed",
    breaks: "a broken reference is named with its record, type and field",
    file: "packages/store-sql/src/telling-reference.ts",
    find: "if (row === undefined) continue;",
    replace: "if (row !== undefined) continue;",
    finder: sqlite("broken-references", "the record whose reference leads nowhere is named"),
  },
  {
    name: "commit-at-once-unlooked",
    breaks: "a write to a file that was moved is not acknowledged",
    file: "packages/store-sqlite/src/sqlite-connection.ts",
    find: "      this.#parts.held.check();\n      isCommitted",
    replace: "      isCommitted",
    finder: own("@holdfast/store-sqlite", "sqlite-connection", "commits nothing to a file that was moved"),
  },
  {
    name: "refused-at-once-left-open",
    breaks: "a write that is refused leaves no transaction open",
    file: "packages/store-sqlite/src/sqlite-connection.ts",
    find: "      if (!isCommitted) this.#rollBackNow();",
    replace: "      if (isCommitted) this.#rollBackNow();",
    finder: own(
      "@holdfast/store-sqlite",
      "sqlite-connection",
      "leaves nothing where its first statement makes no second",
    ),
  },
];

function sqlite(file: string, name: string): Finder {
  return own("@holdfast/store-sqlite", file, name);
}
