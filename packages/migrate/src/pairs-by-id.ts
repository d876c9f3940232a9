import {
  compareText,
  contentText,
  eventLoopTurn,
  parseContent,
  textHash,
  type RecordContent,
  type Store,
  type StoredRecord,
} from "@holdfast/core";

import { ContentWalk } from "./content-walk.ts";
import { contentsById, type IdRange } from "./read-pages.ts";

/** What has one id in two stores. */
export interface RecordPair {
  readonly id: string;
  /** The content hash; undefined where the source has no such record. */
  readonly source: string | undefined;
  /** The same of the target. */
  readonly target: string | undefined;
  /** Both records, where both are there and differ. */
  readonly records?: readonly [source: StoredRecord, target: StoredRecord];
}

export interface PairedReading {
  readonly type: string;
  readonly batch: number;
  readonly range: IdRange;
}

/**
 * Walks the records of one type in two stores side by side, by id, and pairs what has the same id: at a time as many as the
 * pages at hand tell of. The event loop turns between. STORE_CORRUPT for a record that cannot be read.
 */
export async function* pairsById(
  source: Pick<Store, "contents" | "tenantName">,
  target: Pick<Store, "contents">,
  { type, batch, range }: PairedReading,
): AsyncGenerator<readonly RecordPair[]> {
  const sources = new ContentWalk(contentsById(source, type, batch, range));
  const targets = new ContentWalk(contentsById(target, type, batch, range));
  while (true) {
    await Promise.all([sources.read(), targets.read()]);
    const pairs = [...pairsAtHand(sources, targets, { tenant: source.tenantName, type })];
    if (pairs.length === 0) return;
    yield pairs;
    await eventLoopTurn();
  }
}

type Key = Pick<StoredRecord, "tenant" | "type" | "id">;

function* pairsAtHand(sources: ContentWalk, targets: ContentWalk, place: Omit<Key, "id">): Generator<RecordPair> {
  while (sources.isKnown && targets.isKnown) {
    const [left, right] = [sources.ahead, targets.ahead];
    const first = firstId(left, right);
    if (first === undefined) return;
    const [inSource, inTarget] = [left?.id === first ? left : undefined, right?.id === first ? right : undefined];
    if (inSource) sources.pass();
    if (inTarget) targets.pass();
    yield pairOf({ ...place, id: first }, inSource?.text, inTarget?.text);
  }
}

/** Where both texts are the same, so are both records. Else they are spelled alike before they are compared. */
function pairOf(key: Key, own: string | undefined, other: string | undefined): RecordPair {
  const { id } = key;
  if (own !== undefined && own === other) {
    const hash = textHash(own);
    return { id, source: hash, target: hash };
  }
  const [left, right] = [own, other].map((text) => (text === undefined ? undefined : parseContent(text, key)));
  const [source, target] = [left, right].map((record) => record && textHash(contentText(record)));
  if (left === undefined || right === undefined || source === target) return { id, source, target };
  return { id, source, target, records: [left, right] };
}

function firstId(left: RecordContent | undefined, right: RecordContent | undefined): string | undefined {
  if (left === undefined || right === undefined) return left?.id ?? right?.id;
  return compareText(left.id, right.id) <= 0 ? left.id : right.id;
}
