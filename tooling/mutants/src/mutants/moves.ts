import { own, theme } from "../finders.ts";
import type { Mutant } from "../mutant.ts";

const migrate = "@holdfast/migrate";

/** Of archives, restores, plans and copies. */
export const moveMutants: readonly Mutant[] = [
  {
    name: "archive-without-tombstones",
    breaks: "an archive holds the tombstone of every delete",
    file: "packages/core/src/store/backup-store.ts",
    find: "    const tombstones = await writeLines(tombstoneLines(reader, count), hashed);",
    replace: "    const tombstones = count.tombstones;",
    finder: theme("memory", "archives", "hold the tombstone of every delete"),
  },
  {
    name: "children-before-parents",
    breaks: "an archive has parents before their children",
    file: "packages/core/src/store/backup-store.ts",
    find: "    return parentsFirst([...byType.keys()], layout).flatMap(",
    replace: "    return [...byType.keys()].flatMap(",
    finder: theme("memory", "archives", "say in front what they hold"),
  },
  {
    name: "archive-end-not-looked-at",
    breaks: "something behind the end of an archive is refused",
    file: "packages/migrate/src/read-archive.ts",
    find: "    await lines.expectEnd();",
    replace: "",
    finder: own(migrate, "archive", "something behind the end of an archive is refused"),
  },
  {
    name: "last-block-not-marked",
    breaks: "an encrypted archive that was cut between two blocks is refused",
    file: "packages/migrate/src/archive-seal.ts",
    find: "  nonce.writeUInt8(isLast ? 1 : 0, 11);",
    replace: "  nonce.writeUInt8(isLast ? 0 : 0, 11);",
    finder: own(migrate, "archive", "what is decrypted of an archive that was cut"),
  },
  {
    name: "lines-in-any-order",
    breaks: "lines of an archive that were swapped are refused, even under a hash that fits them",
    file: "packages/migrate/src/archive-section.ts",
    find: "    if (before !== undefined && compareRecords(before, record) >= 0) throw outOfOrder(line);",
    replace: "",
    finder: own(migrate, "archive", "lines that were swapped"),
  },
  {
    name: "restore-below-the-tombstone",
    breaks: "what replaces a store's contents stands above all versions that the store ever had",
    file: "packages/migrate/src/replace-contents.ts",
    find: "  const refused = records.filter((_record, at) => results[at]?.record === undefined);",
    replace: "  const refused = records.filter((_record, at) => results[at] === undefined);",
    finder: own(migrate, "restore-archive", "replacing takes the safety copy first"),
  },
  {
    name: "copy-without-a-lock",
    breaks: "while a copy goes on, no other begins",
    file: "packages/migrate/src/copy-lock.ts",
    find: "    if (!hold.name.startsWith(prefix) || hold.name === name || hold.expires <= now) continue;",
    replace: "    if (hold.name !== name || hold.expires <= now) continue;",
    finder: own(migrate, "copy-lock", "while a copy goes on"),
  },
  {
    name: "refused-and-forgotten",
    breaks: "what the target refuses is never dropped",
    file: "packages/migrate/src/restoring-writer.ts",
    find: "    else await this.#refuse({ state: only, error });",
    replace: "",
    finder: own(migrate, "quarantine", "what breaks a rule of the target goes into quarantine"),
  },
];
