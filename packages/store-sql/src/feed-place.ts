import { feedExpired, foreignCursor } from "@holdfast/core";
import type { Scalar } from "@holdfast/core";

import { readText } from "./record-codec.ts";
import type { Row } from "./sql-connections.ts";
import type { FeedDialect } from "./sql-dialect.ts";

/** What a read of the feed sees of the store as a whole. */
export interface FeedHead {
  /** Names the store. */
  readonly store: string;
  readonly history: string;
  /** The highest number of a tombstone that was pruned. */
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
  return { store, history, pruned: BigInt(readText(row, "pruned")), mark };
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
  const [store, history, pruned, base, upTo, change, type, id] = place;
  if (store !== head.store || typeof pruned !== "string") throw foreignCursor();
  if (history !== head.history) throw feedExpired();
  const start = typeof base === "string" ? base : undefined;
  const last =
    typeof change === "string" && typeof type === "string" && typeof id === "string"
      ? { change: BigInt(change), type, id }
      : undefined;
  const read =
    typeof upTo === "string" && last !== undefined ? { base: start, within: { upTo, last } } : { base: start };
  const mark = typeof upTo === "string" ? upTo : start;
  if (mark === undefined) throw foreignCursor();
  const lowest = feed.lowestUnseen(mark);
  if (lowest > feed.lowestUnseen(head.mark)) throw feedExpired();
  const unseen = last !== undefined && last.change < lowest ? last.change : lowest;
  if (BigInt(pruned) !== head.pruned && head.pruned >= unseen) throw feedExpired();
  return read;
}
