import { feedExpired, foreignCursor, isTypeName } from "@holdfast/core";
import type { Scalar } from "@holdfast/core";

import { readText } from "./record-codec.ts";
import type { Row } from "./sql-connections.ts";
import type { FeedDialect } from "./sql-dialect.ts";

/** What a read of the feed sees of the store as a whole. */
export interface FeedHead {
  /** Names the store. */
  readonly store: string;
  readonly history: string;
  /** The highest number of a tombstone of the tenant that was pruned. */
  readonly pruned: bigint;
  /** Of the moment of the read. */
  readonly mark: string;
}

/** The last row of a page. */
export interface FeedRowPlace {
  readonly change: bigint;
  readonly type: string;
  readonly id: string;
}

/** Where a follower stands. */
export interface FeedPlace {
  /** It has all that readers of this mark's moment see; undefined at the beginning. */
  readonly base: string | undefined;
  /** Of what came between that moment and another, it has all up to a row. */
  readonly within?: { readonly upTo: string; readonly last: FeedRowPlace };
}

export const feedStart: FeedPlace = { base: undefined };

export function headOf(row: Row): FeedHead {
  const [store, history, mark] = [readText(row, "store"), readText(row, "history"), readText(row, "mark")];
  const pruned = typeof row["pruned"] === "string" ? BigInt(row["pruned"]) : 0n;
  return { store, history, pruned, mark };
}

export function writePlace({ store, history, pruned }: FeedHead, { base, within }: FeedPlace): readonly Scalar[] {
  const place: readonly Scalar[] = [store, history, String(pruned), base ?? null];
  if (within === undefined) return place;
  const { upTo, last } = within;
  return [...place, upTo, String(last.change), last.type, last.id];
}

/**
 * INVALID_CURSOR for a place of another store. FEED_EXPIRED where a tombstone that it has not seen may have been pruned
 * since, where numbers mean something else by now, and where the place lies ahead of the store.
 */
export function readPlace(feed: FeedDialect, head: FeedHead, place: readonly Scalar[]): FeedPlace {
  const [store, history, pruned] = place;
  if (store !== head.store || !isNumber(pruned)) throw foreignCursor();
  if (history !== head.history) throw feedExpired();
  const read = parsePlace(feed, place);
  if (read.base === undefined && read.within === undefined) throw foreignCursor();
  if (highestSeen(feed, read) >= feed.firstAbove(head.mark)) throw feedExpired();
  if (BigInt(pruned) !== head.pruned && head.pruned >= lowestLacking(feed, read)) throw feedExpired();
  return read;
}

/** The lowest number that a hold's follower may lack; undefined where its place means nothing in this store any more. */
export function heldFrom(feed: FeedDialect, head: FeedHead, place: readonly Scalar[]): bigint | undefined {
  const [store, history] = place;
  return store === head.store && history === head.history ? lowestLacking(feed, parsePlace(feed, place)) : undefined;
}

/** Cursors come from outside, and their seal has no secret: INVALID_CURSOR for what `writePlace` never wrote. */
function parsePlace(feed: FeedDialect, [, , , base, upTo, change, type, id]: readonly Scalar[]): FeedPlace {
  const start = base ?? undefined;
  if (start !== undefined && !isMark(feed, start)) throw foreignCursor();
  if (upTo === undefined) return { base: start };
  const isRow = isNumber(change) && isTypeName(type) && typeof id === "string";
  if (!isRow || !isMark(feed, upTo)) throw foreignCursor();
  return { base: start, within: { upTo, last: { change: BigInt(change), type, id } } };
}

function isMark(feed: FeedDialect, value: Scalar): value is string {
  return typeof value === "string" && feed.isMark(value);
}

/** Whether it is a number of a change as text, as far as databases count. */
function isNumber(value: Scalar | undefined): value is string {
  return typeof value === "string" && /^\d{1,18}$/.test(value);
}

/**
 * Where a follower stands that has read a page, at a moment that it reads up to. In the middle of that, of the moment
 * what readers of the last page saw, too; at its end, what cannot be lost to a crash and given to others: up to the
 * highest number that it has read.
 */
export function placeBehind(
  feed: FeedDialect,
  place: FeedPlace,
  { upTo, last, isMore }: { readonly upTo: string; readonly last: FeedRowPlace | undefined; readonly isMore: boolean },
): FeedPlace {
  if (isMore && last !== undefined) return { base: place.base, within: { upTo, last } };
  const before = highestSeen(feed, place);
  return { base: feed.kept(upTo, last === undefined || last.change < before ? before : last.change) };
}

/** The highest number that a follower has read, as far as its place tells. */
function highestSeen(feed: FeedDialect, { base, within }: FeedPlace): bigint {
  const before = base === undefined ? 0n : feed.firstAbove(base) - 1n;
  return within !== undefined && within.last.change > before ? within.last.change : before;
}

function lowestLacking(feed: FeedDialect, { base, within }: FeedPlace): bigint {
  if (within === undefined) return base === undefined ? 0n : feed.lowestUnseen(base);
  const lowest = feed.lowestUnseen(within.upTo);
  return within.last.change < lowest ? within.last.change : lowest;
}
