import type { Logger } from "@holdfast/core";
import { writeAnew } from "./copy-file.ts";
import { copyAside, linkAside } from "./keep-aside.ts";
import type { KeepingPlace } from "./keep-aside.ts";
import type { JournalRepair } from "./read-journals.ts";
import { temporaryPath } from "./temporary-name.ts";

export interface MendedPlace extends KeepingPlace {
  readonly logger: Logger;
}

/**
 * Cuts off what an unfinished write left at the end of the newest journal, by a new file in its place: a power cut while a
 * file is cut off may leave anything of its end. Whatever is more than that is kept under another name first, and said.
 */
export async function mendJournals(place: MendedPlace, repairs: readonly JournalRepair[]): Promise<void> {
  const { fs } = place;
  for (const repair of repairs) {
    const { path: journal, fault, remedy } = repair;
    if (remedy.kind === "away") {
      tell(place, repair, await linkAside(place, journal));
      await fs.remove(journal);
      continue;
    }
    if (fault?.kind !== "torn") tell(place, repair, await copyAside(place, journal));
    if (remedy.kind !== "cut") continue;
    if (remedy.bytes === 0) await fs.remove(journal);
    else await writeAnew(fs, journal, temporaryPath(place.path, place.newSuffix()), remedy.bytes);
  }
}

function tell({ path, logger }: MendedPlace, { fault, remedy }: JournalRepair, kept: string): void {
  const message =
    remedy.kind === "leave"
      ? "a journal of the JSON file is damaged: nothing is lost by it, and a copy of it is kept"
      : "a journal of the JSON file is damaged: what is whole before that was taken, and the journal is kept";
  logger.warn(message, { path, kept, ...(fault === undefined ? {} : { line: fault.line, offset: fault.offset }) });
}
