import { pause, rowsPerTurn } from "./pause.ts";
import type { State, StateChange } from "./state.ts";

/** The state without the tombstones of deletes before this time, in microseconds. */
export async function withoutTombstones(
  state: State,
  before: number,
): Promise<{ readonly state: State; readonly changes: readonly StateChange[] }> {
  const draft = state.clone();
  const changes: StateChange[] = [];
  let seen = 0;
  for (const { tombstone } of state.buried()) {
    if (++seen % rowsPerTurn === 0) await pause();
    if (tombstone.deleted >= before) continue;
    const change: StateChange = { kind: "forget", key: tombstone };
    draft.apply(change);
    changes.push(change);
  }
  return { state: draft, changes };
}
