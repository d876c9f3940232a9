import { own } from "../finders.ts";
import type { Mutant } from "../mutant.ts";

const json = "@holdfast/store-json";

/** Faults in what a JSON store leaves on the medium. */
export const crashMutants: readonly Mutant[] = [
  {
    name: "journal-header-not-synced",
    breaks: "it is known of every journal whether its rounds are synced",
    file: "packages/store-json/src/journal.ts",
    find: "      await file.syncData();\n",
    replace: "",
    finder: own(json, "crash-images-process-crash", "a new store"),
  },
  {
    name: "torn-over-zeros",
    breaks: "a part of a round that stands where zeros stood is not taken for nothing",
    file: "packages/store-json/src/journal.ts",
    find: "this.#file.isUntouched && ",
    replace: "",
    finder: own(json, "journal", "where neither a part of a round nor the zeros behind it can be taken back"),
  },
  {
    name: "no-zeros-ahead",
    breaks: "a round changes neither the length nor the blocks of its journal",
    file: "packages/store-json/src/growing-file.ts",
    find: "if (this.#written < this.#size || this.#aheadMost === 0)",
    replace: "if (this.#written <= this.#size)",
    finder: own(json, "journal", "in the zeros' place while there are some"),
  },
  {
    name: "doubtful-round-trusted",
    breaks: "a round whose sync failed is written anew before anything is built on it",
    file: "packages/store-json/src/store-place.ts",
    find: "reached > durable ? journals.at(-1) : undefined",
    replace: "reached > durable ? undefined : undefined",
    finder: own(json, "journal-recovery", "what a killed process had written and not synced"),
  },
  {
    name: "crash-hole",
    breaks: "where rounds are not synced, what stands behind a hole counts no more",
    file: "packages/store-json/src/read-journals.ts",
    find: "return start.round === this.reached + 1 &&",
    replace: "return start.round > this.reached &&",
    finder: own(json, "crash-images-process-crash", "rounds of several sectors"),
  },
  {
    name: "fault-raw-error",
    breaks: "a journal that cannot be removed behind a snapshot does not fail the save",
    file: "packages/store-json/src/store-files.ts",
    find: "await findJournals(fs, path).catch(() => []);",
    replace: "await findJournals(fs, path);",
    finder: own(json, "io-faults", "EIO once"),
  },
];
