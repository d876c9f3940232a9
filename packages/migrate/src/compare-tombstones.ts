import { compareText, type StoreSession } from "@holdfast/core";

import { TombstoneWalk } from "./deletes.ts";
import type { IdRange } from "./read-pages.ts";

type Session = Pick<StoreSession, "tombstones">;

/** What two stores know of deletes. Each forgets them by age, so a difference is no fault of a copy by itself. */
export interface TombstonesComparison {
  readonly source: number;
  readonly target: number;
  /** Deletes that one of both does not know of, or not with the same version and time. */
  readonly differing: number;
}

/** Walks the tombstones of one type in two stores side by side, by id. */
export async function compareTombstones(
  source: Session,
  target: Session,
  { type, batch, range }: { readonly type: string; readonly batch: number; readonly range: IdRange },
): Promise<TombstonesComparison> {
  const sum = { source: 0, target: 0, differing: 0 };
  const [sources, targets] = [source, target].map((session) => new TombstoneWalk(session, type, batch, range));
  let [own, other] = await Promise.all([sources?.next(), targets?.next()]);
  while (own !== undefined || other !== undefined) {
    const order = own === undefined ? 1 : other === undefined ? -1 : compareText(own.id, other.id);
    sum.source += order <= 0 ? 1 : 0;
    sum.target += order >= 0 ? 1 : 0;
    if (order !== 0 || own?.version !== other?.version || own?.deleted !== other?.deleted) sum.differing += 1;
    [own, other] = await Promise.all([order <= 0 ? sources?.next() : own, order >= 0 ? targets?.next() : other]);
  }
  return sum;
}
