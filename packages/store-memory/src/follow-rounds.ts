import { documentFields, eventLoopTurn, parseBody } from "@holdfast/core";
import type { Lift } from "@holdfast/core";
import { lenient } from "./load-state.ts";
import type { SavedChange, SavedRound } from "./medium.ts";
import { rowsPerTurn } from "./rows-per-turn.ts";
import type { State, StateChange } from "./state.ts";

/** The state behind the rounds that another process saved, under the model that it has. Costs what the rounds hold. */
export async function behindRounds(state: State, rounds: readonly SavedRound[], lift: Lift): Promise<State> {
  const draft = state.clone();
  const asStored = lenient(lift);
  const changes: StateChange[] = [];
  for (const round of rounds) {
    for (const change of round.changes) {
      const next = stateChange(state, change, asStored);
      draft.apply(next, change.kind === "forgotten" ? undefined : change.change);
      if (changes.push(next) % rowsPerTurn === 0) await eventLoopTurn();
    }
    draft.mark(round);
  }
  draft.publish(state, changes);
  return draft;
}

function stateChange({ model }: State, change: SavedChange, lift: Lift): StateChange {
  switch (change.kind) {
    case "record": {
      const { record, body = parseBody(record) } = change;
      const { type, id, documentVersion } = record;
      const { fields } = documentFields(model.typeOf(type).declared, lift, { type, id, documentVersion, body });
      return { kind: "put", record, fields };
    }
    case "tombstone":
      return { kind: "bury", tombstone: change.tombstone };
    case "forgotten":
      return { kind: "forget", key: change.key };
    default:
      return change satisfies never;
  }
}
