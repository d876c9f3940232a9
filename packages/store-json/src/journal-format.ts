import { isJsonObject, parseJson, parseLayout } from "@holdfast/core";
import type { JsonObject, Layout } from "@holdfast/core";
import type { SavedChange, State, StateChange } from "@holdfast/store-memory";
import { parseRoundFeed, roundFeedJson } from "./feed-format.ts";
import type { RoundFeed } from "./feed-format.ts";
import { parseKey, recordHead, tombstoneLine } from "./file-format.ts";
import type { LineBytes } from "./line-bytes.ts";
import type { Line } from "./line-reader.ts";
import { sealed, unsealed } from "./line-seal.ts";
import { parseRecordLine, parseTombstoneLine } from "./own-form.ts";
import { sumText } from "./sums.ts";

/** The version of the journal's form. */
export const journalForm = 1;

/** What the first line of a journal says: which store's it is, and behind which round it begins. */
export interface JournalHeader {
  readonly form: number;
  readonly store: string;
  /** The journal's first round is the one behind this. All up to it is on the medium elsewhere. */
  readonly after: number;
  /** Whether each round was on the medium before it was acknowledged, and so before the next one was begun. */
  readonly isSynced: boolean;
}

/** What a round says before its changes. */
export interface RoundStart {
  readonly round: number;
  readonly highWater: number;
  readonly feed: RoundFeed;
  /** There where the round changed the model. */
  readonly layout?: Layout;
}

export type JournalLine =
  | ({ readonly kind: "start" } & RoundStart)
  | { readonly kind: "change"; readonly change: SavedChange }
  | { readonly kind: "end"; readonly round: number; readonly sum: string }
  | { readonly kind: "durable"; readonly round: number };

export function headerLine({ form, store, after, isSynced }: JournalHeader): string {
  return sealedLine({ journal: form, store, after, synced: isSynced });
}

/** Written behind a round once it is on the medium, for readers beside the writing process. Needs no sync itself. */
export function durableLine(round: number): string {
  return sealedLine({ durable: round });
}

function sealedLine(value: JsonObject): string {
  return `${sealed(JSON.stringify(value).slice(0, -1)).text}}\n`;
}

/** The first line of a round. `before` is the state that the round began from. */
export function startLine(round: number, before: State, next: State): string {
  const { highWater, feed, model } = next;
  const layout = model === before.model ? {} : { layout: model.layout };
  return `${JSON.stringify({ round, highWater, feed: roundFeedJson(before.feed, feed), ...layout })}\n`;
}

/** The round's last line: without it, whole and with the right sum, the round does not count. */
export function endLine(round: number, sum: number): string {
  return `${JSON.stringify({ end: round, sum: sumText(sum) })}\n`;
}

/** Undefined where it is not whole. */
export function parseJournalHeader({ bytes }: Line): JournalHeader | undefined {
  const value = parseJson(bytes.toString("utf8"));
  if (!isJsonObject(value) || hasWrongSum(value, bytes)) return undefined;
  const { journal: form, store, after, synced = true } = value;
  if (!isCount(form) || typeof store !== "string" || !isCount(after) || typeof synced !== "boolean") return undefined;
  return { form, store, after, isSynced: synced };
}

/** Journals of before there were sums on these lines have none. */
function hasWrongSum(value: JsonObject, bytes: Buffer): boolean {
  return value["sum"] !== undefined && unsealed(bytes.subarray(0, -1)) === undefined;
}

/** Undefined for a line that no journal holds. */
export function parseJournalLine(line: Line): JournalLine | undefined {
  const { bytes } = line;
  const record = bytes.indexOf('{"type":') === 0 ? (parseRecordLine(bytes) ?? parseTombstoneLine(bytes)) : undefined;
  if (record !== undefined) return { kind: "change", change: record };
  const value = parseJson(bytes.toString("utf8"));
  if (!isJsonObject(value)) return undefined;
  const { round, end, sum, durable, forgotten } = value;
  if (isCount(end)) return typeof sum === "string" ? { kind: "end", round: end, sum } : undefined;
  if (isCount(durable)) return hasWrongSum(value, bytes) ? undefined : { kind: "durable", round: durable };
  if (isCount(round)) return parseStart(round, value);
  const key = isJsonObject(forgotten) ? parseKey(forgotten) : undefined;
  return key === undefined ? undefined : { kind: "change", change: { kind: "forgotten", key } };
}

function parseStart(round: number, value: Readonly<Record<string, unknown>>): JournalLine | undefined {
  const { highWater } = value;
  const feed = parseRoundFeed(value["feed"]);
  const layout = value["layout"] === undefined ? undefined : parseLayout(value["layout"]);
  if (!isCount(highWater) || feed === undefined) return undefined;
  if (value["layout"] !== undefined && layout === undefined) return undefined;
  return { kind: "start", round, highWater, feed, ...(layout === undefined ? {} : { layout }) };
}

/** Adds the line of a change, if it has one: holds stand in the feed's marks, which the round's first line has. */
export function addChange(bytes: LineBytes, next: State, change: StateChange): void {
  switch (change.kind) {
    case "put":
      bytes.add(recordHead({ record: change.record, change: next.get(change.record)?.change }));
      bytes.add(change.record.text);
      bytes.add("}\n");
      return;
    case "bury": {
      const number = next.buriedAt(change.tombstone)?.change;
      bytes.add(`${tombstoneLine({ tombstone: change.tombstone, change: number })}\n`);
      return;
    }
    case "forget": {
      const { tenant, type, id } = change.key;
      bytes.add(`${JSON.stringify({ forgotten: { tenant, type, id } })}\n`);
      return;
    }
    case "hold":
    case "release":
      return;
    default:
      change satisfies never;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
