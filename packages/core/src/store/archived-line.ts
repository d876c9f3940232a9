import { archiveRecord, archiveTombstone } from "../archive-format.ts";
import { isArchivedRecord, isArchivedTombstone } from "../archive-section.ts";
import type { ArchiveSection } from "../archive-section.ts";
import type { RecordText } from "../driver.ts";
import { HoldfastError } from "../errors.ts";
import type { StoredRecord, Tombstone } from "../record.ts";
import { storedRecord } from "./records.ts";

const unheard = "its id, its version or its times are none that were ever written";

/** Makes the lines of a section's records, in their order. STORE_CORRUPT for one that who reads the archive would refuse. */
export function recordLine(section: ArchiveSection): (row: RecordText) => string {
  return (row) => {
    const record = storedRecord(row);
    const problem = isArchivedRecord(record) ? section.placeRecord(record) : unheard;
    if (problem !== undefined) throw misplaced(record, problem);
    return archiveRecord(record);
  };
}

/** The same of its tombstones. */
export function tombstoneLine(section: ArchiveSection): (tombstone: Tombstone) => string {
  return (tombstone) => {
    const problem = isArchivedTombstone(tombstone) ? section.placeTombstone(tombstone) : unheard;
    if (problem !== undefined) throw misplaced(tombstone, problem);
    return archiveTombstone(tombstone);
  };
}

function misplaced({ tenant, type, id }: StoredRecord | Tombstone, problem: string): HoldfastError {
  return new HoldfastError(`a "${type}" in tenant "${tenant}" cannot stand in an archive: ${problem}`, {
    code: "STORE_CORRUPT",
    details: { tenant, type, id },
  });
}
