import { HoldfastError, isId, isJsonObject, isTenant, isTypeName, parseLayout } from "@holdfast/core";
import type { JsonObject, Layout, RecordText, Tombstone } from "@holdfast/core";
import type { FeedMarks, SavedPiece } from "@holdfast/store-memory";
import { parseFeed } from "./feed-format.ts";
import type { SumOfSums } from "./sums.ts";

/** The version of the file's form: a file that gives a higher one is LAYOUT_NEWER. */
export const formatVersion = 2;

/** The first form with sums. */
const sealedFrom = 2;

/** The lines that part the file, beside one line for each record and tombstone. */
export const tombstonesLine = '],"tombstones":[';
/** What the last line of a file with sums looks like. */
export const sealedClosing = /^\],"lines":[0-9]+,"sums":"[0-9a-f]{8}"\}$/;
export const headerEnd = ',"records":[';
export const bodyStart = ',"body":';

/** The last line. The form of before there were sums has none in it. */
export function closingLine(sums?: SumOfSums): string {
  return sums === undefined ? "]}" : `],"lines":${sums.lines},"sums":"${sums.text}"}`;
}

export interface FileHeader {
  /** Whether each line carries its sum, and the last one the sum of the sums. */
  readonly isSealed: boolean;
  readonly layout: Layout;
  readonly highWater: number;
  /** Undefined in a file of before there was a feed. */
  readonly feed: FeedMarks | undefined;
  /** The last round that is in it; journals go on behind that. */
  readonly round: number;
}

/** What stands in a record's line before its body, which comes last, as the text that was handed in. */
export function recordHead({
  record: { type, tenant, id, version, documentVersion, created, updated },
  change,
}: {
  readonly record: Omit<RecordText, "text">;
  readonly change: number | undefined;
}): string {
  const key = `{"type":${JSON.stringify(type)},"tenant":${JSON.stringify(tenant)},"id":${JSON.stringify(id)}`;
  const versions = `,"version":${version},"documentVersion":${documentVersion}`;
  const number = change === undefined ? "" : `,"change":${change}`;
  return `${key}${versions},"created":${created},"updated":${updated}${number}${bodyStart}`;
}

export function tombstoneLine({
  tombstone,
  change,
}: {
  readonly tombstone: Tombstone;
  readonly change: number | undefined;
}): string {
  const { type, tenant, id, version, deleted } = tombstone;
  return JSON.stringify({ type, tenant, id, version, deleted, change });
}

/** What the members before the records say; undefined where this is no Holdfast file. LAYOUT_NEWER for a newer form. */
export function parseHeader(value: unknown, path: string): FileHeader | undefined {
  if (!isJsonObject(value)) return undefined;
  const { holdfast, round = 0, highWater, layout } = value;
  if (!isWhole(holdfast)) return undefined;
  if (holdfast > formatVersion) throw newerFormat(path, holdfast);
  const parsed = layout === undefined ? undefined : parseLayout(layout);
  if (parsed === undefined || !isTime(highWater) || !isTime(round)) return undefined;
  const isSealed = holdfast >= sealedFrom || value["sum"] !== undefined;
  return { isSealed, layout: parsed, highWater, feed: parseFeed(value["feed"]), round };
}

/** The number of a record's or a tombstone's change. A line without one was written by hand, or before there was a feed. */
export function parseChange(value: unknown): { readonly change?: number } {
  const change = isJsonObject(value) ? value["change"] : undefined;
  return isWhole(change) ? { change } : {};
}

/** A record but for its body; undefined where the value is none. */
export function parseRecordHead(value: unknown): Omit<RecordText, "text"> | undefined {
  if (!isJsonObject(value)) return undefined;
  const { version, documentVersion, created, updated } = value;
  const key = parseKey(value);
  if (key === undefined || !isWhole(version) || !isWhole(documentVersion)) return undefined;
  return isTime(created) && isTime(updated) ? { ...key, version, documentVersion, created, updated } : undefined;
}

export function parseTombstone(value: unknown): SavedPiece | undefined {
  if (!isJsonObject(value)) return undefined;
  const { version, deleted } = value;
  const key = parseKey(value);
  if (key === undefined || !isWhole(version) || !isTime(deleted)) return undefined;
  return { kind: "tombstone", tombstone: { ...key, version, deleted }, ...parseChange(value) };
}

export function parseKey({ type, tenant, id }: JsonObject): { type: string; tenant: string; id: string } | undefined {
  return isTenant(tenant) && isId(id) && isTypeName(type) ? { type, tenant, id } : undefined;
}

function isWhole(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 1;
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

export function newerFormat(path: string, version: number): HoldfastError {
  return new HoldfastError(
    `"${path}" has form ${version}; this release of @holdfast/store-json knows forms up to ${formatVersion}`,
    { code: "LAYOUT_NEWER", details: { path, version, known: formatVersion } },
  );
}
