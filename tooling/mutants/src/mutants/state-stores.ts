import { own } from "../finders.ts";
import type { Mutant } from "../mutant.ts";

const folder = "packages/migrate/src/originals/state-store";

function migrate(file: string, name: string): Mutant["finder"] {
  return own("@holdfast/migrate", `originals/state-store-${file}`, name);
}

/** Of reading an orchestrator's database, writing one, and the command that imports. */
export const stateStoreMutants: readonly Mutant[] = [
  {
    name: "log-left-behind",
    breaks: "what stands in the write-ahead log only is read",
    file: `${folder}/private-copy.ts`,
    find: 'const suffixes: readonly string[] = ["", logSuffix, "-journal"];',
    replace: 'const suffixes: readonly string[] = ["", "-journal"];',
    finder: migrate("files-damaged", "what stands in the log only is read"),
  },
  {
    name: "foreign-log-taken",
    breaks: "a log that belongs to another database is refused",
    file: `${folder}/state-store-file.ts`,
    find: "  if (reason !== undefined) throw wrongLog(path, reason);",
    replace: "",
    finder: migrate("files-damaged", "is another database's: STORE_CORRUPT says what to do"),
  },
  {
    name: "log-damage-unseen",
    breaks: "commits behind damage in a log are told",
    file: `${folder}/write-ahead-log.ts`,
    find: "      if (isOfTurn && pages > 0) lostCommits += 1;",
    replace: "",
    finder: migrate("files-damaged", "commits behind damage in a log are told"),
  },
  {
    name: "items-as-they-stand",
    breaks: "items stand in the order of their times",
    file: `${folder}/read-state-store.ts`,
    find: "known.isListedByTime ? byTime(source, known, numbers) : numbers",
    replace: "numbers",
    finder: migrate("rows", "items stand in the order of their times"),
  },
  {
    name: "items-of-one-time",
    breaks: "items of one time stand as they were written",
    file: `${folder}/read-state-store.ts`,
    find: "this.#created = Math.max(created.microseconds ?? 0, this.#created + 1);",
    replace: "this.#created = created.microseconds ?? 0;",
    finder: migrate("rows", "items stand in the order of their times"),
  },
  {
    name: "damage-ends-a-table",
    breaks: "rows behind a damaged page are found by the indexes",
    file: `${folder}/source-table.ts`,
    find: "const all = [forward, backward, ...indexes].flatMap(({ numbers }) => numbers);",
    replace: "const all = forward.numbers;",
    finder: migrate("files-damaged", "of a database with a damaged page all rows are taken that can be read"),
  },
  {
    name: "bytes-that-are-no-text",
    breaks: "bytes that are no text are told",
    file: `${folder}/cells.ts`,
    find: "new TextDecoder(encoding, { fatal: true, ignoreBOM: true })",
    replace: "new TextDecoder(encoding, { ignoreBOM: true })",
    finder: migrate("rows", "other kinds of values than the StateStore writes are taken as what they say"),
  },
  {
    name: "times-written-anew",
    breaks: "odd times come back through an export as they came in",
    file: `${folder}/row-values.ts`,
    find: 'return typeof kept === "string" ? kept.toWellFormed() : originalTimeText(record.created);',
    replace: "return kept === undefined ? originalTimeText(record.created) : originalTimeText(record.created);",
    finder: migrate("export", "odd times, order, numbers and texts of a file come back through an export"),
  },
  {
    name: "report-drives-the-terminal",
    breaks: "control characters of a file never reach the terminal",
    file: "packages/cli/src/printable.ts",
    find: "  return text.replace(unprintable, escaped);",
    replace: "  return text.length < 0 ? text.replace(unprintable, escaped) : text;",
    finder: own("@holdfast/cli", "import", "control characters of the file never reach the terminal"),
  },
  {
    name: "report-shows-secrets",
    breaks: "what a file holds is shown on request only",
    file: "packages/cli/src/import-text.ts",
    find: '  if (values === "hidden" || was === undefined) return place;',
    replace: "  if (was === undefined) return place;",
    finder: own("@holdfast/cli", "import", "what the file holds is shown on request only"),
  },
];
