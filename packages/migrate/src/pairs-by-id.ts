import {
  compareText,
  contentText,
  eventLoopTurn,
  textHash,
  type StoredRecord,
  type StoreSession,
} from "@holdfast/core";

import { pagesById, type IdRange } from "./read-pages.ts";
import { RecordWalk } from "./record-walk.ts";

/** A record with its content hash. */
export interface HashedRecord {
  readonly record: StoredRecord;
  readonly hash: string;
}

/** What has one id in two stores; undefined where it is not stored. */
export interface RecordPair {
  readonly id: string;
  readonly source: HashedRecord | undefined;
  readonly target: HashedRecord | undefined;
}

export interface PairedReading {
  readonly type: string;
  readonly batch: number;
  readonly range: IdRange;
}

/**
 * Walks the records of one type in two stores side by side, by id, and pairs what has the same id: at a time as many as the
 * pages at hand tell of. The event loop turns between.
 */
export async function* pairsById(
  source: Pick<StoreSession, "find">,
  target: Pick<StoreSession, "find">,
  { type, batch, range }: PairedReading,
): AsyncGenerator<readonly RecordPair[]> {
  const sources = new RecordWalk(pagesById(source, type, batch, range));
  const targets = new RecordWalk(pagesById(target, type, batch, range));
  while (true) {
    await Promise.all([sources.read(), targets.read()]);
    const pairs = [...pairsAtHand(sources, targets)];
    if (pairs.length === 0) return;
    yield pairs;
    await eventLoopTurn();
  }
}

function* pairsAtHand(sources: RecordWalk, targets: RecordWalk): Generator<RecordPair> {
  while (sources.isKnown && targets.isKnown) {
    const [left, right] = [sources.ahead, targets.ahead];
    const first = firstId(left, right);
    if (first === undefined) return;
    const [inSource, inTarget] = [left?.id === first ? left : undefined, right?.id === first ? right : undefined];
    if (inSource) sources.pass();
    if (inTarget) targets.pass();
    yield { id: first, ...hashed(inSource, inTarget) };
  }
}

/** Where both texts are the same, one hash is that of both. */
function hashed(
  source: StoredRecord | undefined,
  target: StoredRecord | undefined,
): Pick<RecordPair, "source" | "target"> {
  const [own, other] = [source && contentText(source), target && contentText(target)];
  const ownHash = own === undefined ? "" : textHash(own);
  const otherHash = other === undefined || other === own ? ownHash : textHash(other);
  return {
    source: source && { record: source, hash: ownHash },
    target: target && { record: target, hash: otherHash },
  };
}

function firstId(left: StoredRecord | undefined, right: StoredRecord | undefined): string | undefined {
  if (left === undefined || right === undefined) return left?.id ?? right?.id;
  return compareText(left.id, right.id) <= 0 ? left.id : right.id;
}
