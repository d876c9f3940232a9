import { eventLoopTurn } from "@holdfast/core";
import type { Tombstone } from "@holdfast/core";
import type { Buried } from "./entry.ts";
import { heldFrom } from "./feed-marks.ts";
import { rowsPerTurn } from "./rows-per-turn.ts";
import type { State, StateChange } from "./state.ts";

/** Of tombstones that one commit lets go. */
const batchMost = 10_000;

export interface PruneLimits {
  /** Deletes before this time are old. In microseconds, as `now`. */
  readonly before: number;
  readonly now: number;
}

/** Old tombstones that no hold keeps, batch by batch, as the state has them: writers go on meanwhile. */
export async function* oldTombstones(state: State, limits: PruneLimits): AsyncGenerator<readonly Tombstone[], void> {
  const isOld = oldness(state, limits);
  let batch: Tombstone[] = [];
  let seen = 0;
  for (const buried of state.buried()) {
    if (++seen % rowsPerTurn === 0) await eventLoopTurn();
    if (!isOld(buried)) continue;
    batch.push(buried.tombstone);
    if (batch.length < batchMost) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The state without those of the tombstones that are still there and that still nobody holds, and without holds that have expired. */
export async function withoutTombstones(
  state: State,
  tombstones: readonly Tombstone[],
  limits: PruneLimits,
): Promise<{ readonly state: State; readonly changes: readonly StateChange[]; readonly pruned: number }> {
  const isOld = oldness(state, limits);
  const draft = state.clone();
  const changes: StateChange[] = [];
  let seen = 0;
  for (const { tenant, type, id } of tombstones) {
    if (++seen % rowsPerTurn === 0) await eventLoopTurn();
    const buried = state.buriedAt({ tenant, type, id });
    if (buried !== undefined && isOld(buried)) changes.push({ kind: "forget", key: { tenant, type, id } });
  }
  const pruned = changes.length;
  for (const { tenant, name, expires } of pruned === 0 ? [] : state.feed.holds) {
    if (expires <= limits.now) changes.push({ kind: "release", tenant, name });
  }
  for (const change of changes) draft.apply(change);
  return { state: draft, changes, pruned };
}

function oldness({ feed }: State, { before, now }: PruneLimits): (buried: Buried) => boolean {
  const held = heldFrom(feed, now);
  return ({ tombstone, change }) => tombstone.deleted < before && change < held(tombstone.tenant);
}
