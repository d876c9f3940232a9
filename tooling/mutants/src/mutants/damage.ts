import { own } from "../finders.ts";
import type { Mutant } from "../mutant.ts";

const json = "@holdfast/store-json";

/** Of damaged JSON files, their recovery, and readers beside the writer. */
export const damageMutants: readonly Mutant[] = [
  {
    name: "sums-not-compared",
    breaks: "a line whose content is not what its checksum says is found",
    file: "packages/store-json/src/line-seal.ts",
    find: "  return isSumAt(text, end + sumStart.length, sum) ? { inner, sum } : undefined;",
    replace: "  return { inner, sum };",
    finder: own(json, "line-sums", "with one bit flipped"),
  },
  {
    name: "sum-of-sums-not-compared",
    breaks: "a line that is missing, stands twice or at another place is found",
    file: "packages/store-json/src/own-form.ts",
    find: 'bytes.toString("latin1") !== expected)',
    replace: '!bytes.toString("latin1").startsWith(expected.slice(0, 2)))',
    finder: own(json, "line-sums", "two lines that changed places"),
  },
  {
    name: "names-twice-taken",
    breaks: "a name that stands twice in an object is never lost in silence",
    file: "packages/store-json/src/other-form.ts",
    find: "  if (!form.header.isSealed) checkKeys(text, path);\n",
    replace: "",
    finder: own(json, "line-sums", "a name that stands twice in one object"),
  },
  {
    name: "hole-in-the-journal",
    breaks: "a round that was acknowledged is never dropped while what stands behind it is taken",
    file: "packages/store-json/src/read-journals.ts",
    find: "    if (read.acknowledged > this.reached) this.#isBroken = true;\n",
    replace: "",
    finder: own(json, "damaged-journal", "with a bit flipped in any byte of a journal"),
  },
  {
    name: "former-not-complete",
    breaks: "the snapshot before the newest is taken only with all rounds that the newest held",
    file: "packages/store-json/src/open-files.ts",
    find: "  if (newest !== undefined) return former.journals.reached >= newest.header.round;",
    replace: "  if (newest !== undefined) return true;",
    finder: own(json, "former-snapshot", "where the last journal between them is gone"),
  },
  {
    name: "snapshot-not-read-back",
    breaks: "a snapshot takes the place of another once it was read back as it was written",
    file: "packages/store-json/src/save-file.ts",
    find: "    if (read.bytes !== written.bytes || read.sum !== written.sum) throw notAsWritten(path);\n",
    replace: "",
    finder: own(json, "save-file", "cannot be read back"),
  },
  {
    name: "reader-ahead-of-the-medium",
    breaks: "a reader beside the writer sees a round only once it is known to be on the medium",
    file: "packages/store-json/src/follow-files.ts",
    find: "      if (start.round > this.#durable) break;\n",
    replace: "",
    finder: own(json, "journal", "a reader sees a round only once"),
  },
  {
    name: "reader-reads-all-again",
    breaks: "a reader beside the writer reads what is new, and not the rest again",
    file: "packages/store-json/src/follow-files.ts",
    find: "  if (savedRound === undefined) return undefined;",
    replace: "  if (savedRound !== -1) return undefined;",
    finder: own(json, "follow", "a reader reads of a large store what is new"),
  },
  {
    name: "recovery-throws-away",
    breaks: "a recovery keeps every damaged file under another name",
    file: "packages/store-json/src/recover-store.ts",
    find: "  for (const each of keep) kept.push(await linkAside(place, each));\n",
    replace: "",
    finder: own(json, "recover", "behind a damaged round of the journal"),
  },
];
