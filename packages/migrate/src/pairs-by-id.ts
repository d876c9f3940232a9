import { compareText, contentHash, type StoredRecord, type StoreSession } from "@holdfast/core";

import { recordsById, type IdRange } from "./read-pages.ts";

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

/** Walks the records of one type in two stores side by side, by id, and pairs what has the same id. */
export async function* pairsById(
  source: Pick<StoreSession, "find">,
  target: Pick<StoreSession, "find">,
  { type, batch, range }: PairedReading,
): AsyncGenerator<RecordPair> {
  const sources = recordsById(source, type, batch, range);
  const targets = recordsById(target, type, batch, range);
  let [left, right] = await Promise.all([next(sources), next(targets)]);
  for (let id = firstId(left, right); id !== undefined; id = firstId(left, right)) {
    const [inSource, inTarget] = [left?.id === id ? left : undefined, right?.id === id ? right : undefined];
    yield { id, source: hashed(inSource), target: hashed(inTarget) };
    [left, right] = await Promise.all([inSource ? next(sources) : left, inTarget ? next(targets) : right]);
  }
}

function hashed(record: StoredRecord | undefined): HashedRecord | undefined {
  return record === undefined ? undefined : { record, hash: contentHash(record) };
}

async function next(records: AsyncIterator<StoredRecord>): Promise<StoredRecord | undefined> {
  const step = await records.next();
  return step.done === true ? undefined : step.value;
}

function firstId(left: StoredRecord | undefined, right: StoredRecord | undefined): string | undefined {
  if (left === undefined || right === undefined) return left?.id ?? right?.id;
  return compareText(left.id, right.id) <= 0 ? left.id : right.id;
}
