import { eventLoopTurn, planRound, risingClock } from "@holdfast/core";
import type { DriverGroup, DriverKey, GroupResult, KeyChange, OpResult, PlannedResult } from "@holdfast/core";
import { checkUnique } from "./constraints.ts";
import { rowsPerTurn } from "./rows-per-turn.ts";
import type { State } from "./state.ts";

export interface Round {
  /** What the store holds after the round; the state before stays as it was. */
  readonly state: State;
  readonly results: readonly GroupResult[];
  readonly changes: readonly KeyChange[];
}

/**
 * Does a round of groups on a copy of the state, with times that rise strictly from those in it. UNIQUE_VIOLATION if
 * what the round as a whole leaves breaks a unique index.
 */
export async function applyRound(before: State, groups: readonly DriverGroup[], now: () => number): Promise<Round> {
  const stateOf = (_text: string, key: DriverKey) => before.keyState(key);
  const planned = planRound(groups, stateOf, risingClock(now, before.highWater));
  const plan = planned instanceof Promise ? await planned : planned;
  const changes = [...plan.changes.values()];
  if (changes.length === 0) return { state: before, results: resultsOf(before, plan.results), changes };
  const draft = before.clone();
  let done = 0;
  for (const change of changes) {
    draft.apply(change);
    if (++done % rowsPerTurn === 0) await eventLoopTurn();
  }
  const isUnique = (change: KeyChange): boolean => draft.model.typeOf(changedKey(change).type).uniqueIndexes.length > 0;
  if (changes.some(isUnique)) await checkUnique(draft, changes.map(changedKey));
  return { state: draft, results: resultsOf(draft, plan.results), changes };
}

export function changedKey(change: KeyChange): DriverKey {
  return change.kind === "put" ? change.record : change.tombstone;
}

function resultsOf(after: State, planned: readonly (readonly PlannedResult[])[]): readonly GroupResult[] {
  return planned.map((group) => group.map((result) => resultOf(after, result)));
}

/** A refusal gives what stood in the way; an op that was only undone with others has nothing in its way. */
function resultOf(after: State, result: PlannedResult): OpResult {
  if (result.ok) return result;
  const { why, key } = result;
  const entry = why === "batch" ? undefined : after.get(key);
  return entry === undefined ? { ok: false, why } : { ok: false, why, record: entry.record };
}
