import { dirname } from "node:path";
import type { Logger } from "@holdfast/core";
import { copyFile } from "./copy-file.ts";
import type { DurableFs } from "./durable-fs.ts";
import type { FoundJournal } from "./find-journals.ts";
import { damagedPath } from "./journal-name.ts";
import type { JournalsRead } from "./read-journals.ts";

export interface MendedPlace {
  readonly fs: DurableFs;
  readonly path: string;
  readonly logger: Logger;
}

/**
 * Cuts off what an unfinished write left at the end of the newest journal. What may have been a whole round, or has whole
 * rounds behind it, is kept under another name first, and said. Gives the bytes of all journals.
 */
export async function mendJournals(
  { fs, path, logger }: MendedPlace,
  found: readonly FoundJournal[],
  faults: JournalsRead["faults"],
): Promise<number> {
  for (const { path: journal, line, offset, kind, isNewest } of faults) {
    if (kind !== "torn") {
      const kept = damagedPath(journal);
      await keepAside(fs, journal, kept);
      logger.warn("a journal of the JSON file is damaged: what is whole was taken, and the journal is kept", {
        path,
        kept,
        line,
        offset,
      });
    }
    if (!isNewest || kind === "damaged") continue;
    if (offset === 0) await fs.remove(journal);
    else await fs.cut(journal, offset);
  }
  const facts = await Promise.all(found.map((journal) => fs.facts(journal.path)));
  return facts.reduce((sum, each) => sum + (each?.size ?? 0), 0);
}

/** A copy that is on the medium before anything happens to the original. One that is there already stays. */
async function keepAside(fs: DurableFs, from: string, to: string): Promise<void> {
  if ((await fs.facts(to)) !== undefined || (await fs.facts(from)) === undefined) return;
  await copyFile(fs, from, to);
  await fs.syncFolder(dirname(to));
}
