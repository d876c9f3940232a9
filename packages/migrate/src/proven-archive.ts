import type { StoredRecord, Tombstone } from "@holdfast/core";

import { corruptArchive } from "./archive-problem.ts";
import { readArchive, type ArchiveInfo, type ArchiveSource, type ReadArchiveOptions } from "./read-archive.ts";

/** An archive that was proven whole, to be read once more. */
export interface ProvenArchive {
  readonly source: ArchiveSource;
  readonly options: ReadArchiveOptions & { readonly batch: number };
  readonly archive: ArchiveInfo;
}

/** Some states of one section, in the archive's order. */
export interface ArchivedStates {
  readonly tenant: string;
  readonly type: string;
  readonly records: readonly StoredRecord[];
  readonly tombstones: readonly Tombstone[];
}

/** The states of an archive, or of one tenant in it. STORE_CORRUPT at the end where it is not the one that was proven. */
export async function* provenStates(
  { source, options, archive }: ProvenArchive,
  onlyTenant?: string,
): AsyncGenerator<ArchivedStates> {
  for await (const part of readArchive(source(), options)) {
    if (part.kind === "end" && part.info.hash !== archive.hash) {
      throw corruptArchive("it is another one than was read before");
    }
    if (part.kind !== "states") continue;
    const { tenant, type } = part.count;
    if (onlyTenant !== undefined && tenant !== onlyTenant) continue;
    const records = part.states.flatMap((state) => ("body" in state ? [state] : []));
    const tombstones = part.states.flatMap((state) => ("body" in state ? [] : [state]));
    yield { tenant, type, records, tombstones };
  }
}
