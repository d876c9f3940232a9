import { own, theme } from "../finders.ts";
import type { Mutant } from "../mutant.ts";

/** Of the stores that hold all in memory, and of the JSON file. */
export const stateMutants: readonly Mutant[] = [
  {
    name: "answer-before-commit",
    breaks: "a write that is acknowledged is committed, and read from then on",
    file: "packages/store-memory/src/state-driver.ts",
    find: "      await this.#publish(before, state, changes);\n      return results;",
    replace: "      void this.#publish(before, state, changes);\n      return results;",
    finder: theme("json", "records and versions"),
  },
  {
    name: "savepoint-kept-in-memory",
    breaks: "a savepoint that fails undoes what it wrote",
    file: "packages/store-memory/src/transaction-writer.ts",
    find: "      this.#state = state;\n      this.#changes.length = kept;",
    replace: "      this.#changes.length = kept;",
    finder: theme("memory", "savepoints and what dooms a transaction"),
  },
  {
    name: "nulls-are-twins",
    breaks: "nulls are distinct in a unique index",
    file: "packages/store-memory/src/constraints.ts",
    find: "  if (values.includes(null)) return undefined;",
    replace: "",
    finder: theme("memory", "unique indexes"),
  },
  {
    name: "orphans-in-memory",
    breaks: "a parent that is gone has no children left",
    file: "packages/store-memory/src/constraints.ts",
    find: "    const broken = entry === undefined ? await childLeft(state, key) : missingParent(state, entry);",
    replace: "    const broken = entry === undefined ? undefined : missingParent(state, entry);",
    finder: theme("memory", "references"),
  },
  {
    name: "page-begins-at-its-place",
    breaks: "a page begins behind the row of its token, which is not given twice",
    file: "packages/store-memory/src/walk.ts",
    find: "next(place)",
    replace: "place",
    finder: theme("memory", "pages"),
  },
  {
    name: "file-not-synced",
    breaks: "an acknowledged save outlives a power cut",
    file: "packages/store-json/src/save-file.ts",
    find: "    await file.sync();",
    replace: "",
    finder: own("@holdfast/store-json", "save-file", "a power cut at any operation"),
  },
  {
    name: "folder-not-synced",
    breaks: "the new file's name outlives a power cut as its content does",
    file: "packages/store-json/src/save-file.ts",
    find: "    await fs.syncFolder(dirname(path));",
    replace: "",
    finder: own("@holdfast/store-json", "save-file", "a power cut at any operation"),
  },
  {
    name: "rounds-not-synced",
    breaks: "a round is synced before it is acknowledged",
    file: "packages/store-json/src/journal.ts",
    find: "      if (this.#isSynced) await this.#sync(isSmall);\n    } catch",
    replace: "    } catch",
    finder: own("@holdfast/store-json", "journal", "one write and one sync"),
  },
  {
    name: "journal-name-not-synced",
    breaks: "a journal's name outlives a power cut before a round in it is acknowledged",
    file: "packages/store-json/src/journal.ts",
    find: "      await fs.syncFolder(dirname(own));",
    replace: "",
    finder: own("@holdfast/store-json", "journal", "whose name is synced before anything is acknowledged"),
  },
];
