import { compareText, contentHash, type StoredRecord, type StoreSession } from "@holdfast/core";

import { recordsById } from "./read-pages.ts";

/** The content hashes of one id in two stores; undefined where it is not stored. */
export interface HashPair {
  readonly id: string;
  readonly source: string | undefined;
  readonly target: string | undefined;
}

/** Walks the records of one type in two stores side by side, by id, and pairs what has the same id. */
export async function* pairsById(
  source: Pick<StoreSession, "find">,
  target: Pick<StoreSession, "find">,
  type: string,
  batch: number,
): AsyncGenerator<HashPair> {
  const sources = recordsById(source, type, batch);
  const targets = recordsById(target, type, batch);
  let [left, right] = await Promise.all([next(sources), next(targets)]);
  for (let id = firstId(left, right); id !== undefined; id = firstId(left, right)) {
    const [inSource, inTarget] = [left?.id === id ? left : undefined, right?.id === id ? right : undefined];
    yield { id, source: inSource && contentHash(inSource), target: inTarget && contentHash(inTarget) };
    [left, right] = await Promise.all([inSource ? next(sources) : left, inTarget ? next(targets) : right]);
  }
}

async function next(records: AsyncIterator<StoredRecord>): Promise<StoredRecord | undefined> {
  const step = await records.next();
  return step.done === true ? undefined : step.value;
}

function firstId(left: StoredRecord | undefined, right: StoredRecord | undefined): string | undefined {
  if (left === undefined || right === undefined) return left?.id ?? right?.id;
  return compareText(left.id, right.id) <= 0 ? left.id : right.id;
}
