import type { Logger } from "@holdfast/core";
import type { DurableFs } from "./durable-fs.ts";
import { copyAside, linkAside } from "./keep-aside.ts";
import type { JournalRepair } from "./read-journals.ts";

export interface MendedPlace {
  readonly fs: DurableFs;
  readonly path: string;
  readonly logger: Logger;
}

/**
 * Cuts off what an unfinished write left at the end of the newest journal. Whatever is more than that is kept under another
 * name first, and said.
 */
export async function mendJournals(place: MendedPlace, repairs: readonly JournalRepair[]): Promise<void> {
  const { fs } = place;
  for (const repair of repairs) {
    const { path: journal, fault, remedy } = repair;
    if (remedy.kind === "away") {
      tell(place, repair, await linkAside(fs, journal));
      await fs.remove(journal);
      continue;
    }
    if (fault?.kind !== "torn") tell(place, repair, await copyAside(fs, journal));
    if (remedy.kind !== "cut") continue;
    if (remedy.bytes === 0) await fs.remove(journal);
    else await fs.cut(journal, remedy.bytes);
  }
}

function tell({ path, logger }: MendedPlace, { fault, remedy }: JournalRepair, kept: string): void {
  const message =
    remedy.kind === "leave"
      ? "a journal of the JSON file is damaged: nothing is lost by it, and a copy of it is kept"
      : "a journal of the JSON file is damaged: what is whole before that was taken, and the journal is kept";
  logger.warn(message, { path, kept, ...(fault === undefined ? {} : { line: fault.line, offset: fault.offset }) });
}
