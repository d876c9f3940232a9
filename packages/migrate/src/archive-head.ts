import {
  archiveFormat,
  archiveHeader,
  isTenant,
  HoldfastError,
  isJsonObject,
  isTypeName,
  parseJson,
  parseLayout,
  type ArchiveCount,
  type ArchiveHeader,
  type JsonObject,
} from "@holdfast/core";

import type { ArchiveLine } from "./archive-lines.ts";
import { corruptArchive } from "./archive-problem.ts";

/**
 * The header of an archive, from its line. STORE_CORRUPT unless it is, to the letter, one that is written; LAYOUT_NEWER for
 * a form that only a newer release knows.
 */
export function parseArchiveHeader({ text, number }: Pick<ArchiveLine, "text" | "number">): ArchiveHeader {
  const value = parseJson(text);
  if (!isJsonObject(value) || value["holdfast"] !== "archive") {
    throw corruptArchive("this is no archive of Holdfast", number);
  }
  const { format } = value;
  if (typeof format === "number" && format > archiveFormat) {
    throw new HoldfastError(
      `the archive has form ${format}; this release of @holdfast/migrate knows forms up to ${archiveFormat}`,
      { code: "LAYOUT_NEWER", details: { format, known: archiveFormat } },
    );
  }
  const layout = parseLayout(value["layout"]);
  const counts = parseCounts(value["counts"]);
  if (layout === undefined || counts === undefined || archiveHeader({ layout, counts }) !== `${text}\n`) {
    throw corruptArchive("its header is not one that was ever written", number);
  }
  return { layout, counts };
}

function parseCounts(value: unknown): readonly ArchiveCount[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const counts = value.flatMap((each: unknown) => (isJsonObject(each) ? (parseCount(each) ?? []) : []));
  const keys = new Set(counts.map(({ tenant, type }) => `${tenant} ${type}`));
  return counts.length === value.length && keys.size === counts.length ? counts : undefined;
}

function parseCount({ tenant, type, records, tombstones }: JsonObject): ArchiveCount | undefined {
  if (!isTypeName(type) || !isTenant(tenant) || !isCount(records) || !isCount(tombstones)) return undefined;
  return records + tombstones === 0 ? undefined : { tenant, type, records, tombstones };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
