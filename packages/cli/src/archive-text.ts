import type { ArchiveInfo, RestoreReport } from "@holdfast/migrate";

import type { Line } from "./write-lines.ts";

/** What is in an archive, in a line for people. */
export function archiveText({ records, tombstones, counts, hash, gzip, encrypted }: ArchiveInfo): string {
  const packing = [...(gzip ? ["compressed"] : []), ...(encrypted ? ["encrypted"] : [])];
  const packed = packing.length === 0 ? "" : `, ${packing.join(" and ")}`;
  return `${records} records and ${tombstones} tombstones in ${counts.length} collections${packed}, ${hash}`;
}

/** What is in an archive, for programs; the model is in the archive itself. */
export function archiveFacts({ records, tombstones, counts, hash, gzip, encrypted, bytes }: ArchiveInfo): object {
  return { records, tombstones, hash, bytes, gzip, encrypted, counts };
}

const places: Readonly<Record<RestoreReport["into"], string>> = {
  empty: "restored into an empty store",
  resumed: "completed what an interrupted restore had left",
  replaced: "replaced what was in the store",
};

const different: Line = { tone: "error", text: "the store is not as the archive:" };

/** What a restore did, in lines for people. */
export function restoreText({ archive, into, written, raised, equal, differences }: RestoreReport): readonly Line[] {
  const named = differences.map(
    ({ tenant, type, id, kind }) => `  ${kind}: ${type} ${JSON.stringify(id)} (tenant ${tenant})`,
  );
  return [
    `${places[into]}: ${written} of ${archive.records} records written`,
    ...(raised === 0
      ? []
      : [`${raised} of them have a higher version than in the archive: the store knew a later one`]),
    ...(equal ? ["the store is as the archive"] : [different, ...named]),
  ];
}
