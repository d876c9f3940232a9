import { HoldfastError } from "@holdfast/core";
import type { LedgerEntry } from "@holdfast-tooling/simulated-fs";
import { StateDriver } from "@holdfast/store-memory";
import type { Medium, State } from "@holdfast/store-memory";
import { JsonMedium } from "../../src/json-medium.ts";
import type { JsonMediumParts } from "../../src/json-medium.ts";

/** Told of each commit, with all that the store then holds. */
export type Note = (kind: LedgerEntry["kind"], state: string) => void;

/** A driver over a JSON file that tells what it commits, and all that it holds. */
export class ObservedDriver extends StateDriver {
  constructor(path: string, parts: JsonMediumParts, note: Note) {
    super(observed(new JsonMedium(path, parts), note), () => `store-${parts.newSuffix()}`);
  }

  async state(): Promise<State> {
    return this.view();
  }
}

function observed(medium: JsonMedium, note: Note): Medium {
  return {
    get identity() {
      return medium.identity;
    },
    get guarantees() {
      return medium.guarantees;
    },
    load: (options) => medium.load(options),
    close: (last) => medium.close(last),
    commit: async (next, changes, before) => {
      const state = stateText(next);
      note("begun", state);
      try {
        await medium.commit(next, changes, before);
      } catch (thrown) {
        note(HoldfastError.is(thrown) && thrown.outcome === "unknown" ? "unknown" : "undone", state);
        throw thrown;
      }
      note("acknowledged", state);
    },
  };
}

/** All that a state holds, as one text. */
export function stateText(state: State): string {
  const { highWater, feed, model } = state;
  const entries = [...state.allEntries()].map(({ record, change }) => {
    const { type, tenant, id, version, documentVersion, created, updated, text } = record;
    return [type, tenant, id, version, documentVersion, created, updated, text, change];
  });
  const buried = [...state.buried()].map(({ tombstone: { type, tenant, id, version, deleted }, change }) => {
    return [type, tenant, id, version, deleted, change];
  });
  return JSON.stringify([highWater, { ...feed, pruned: [...feed.pruned] }, model.layout, entries, buried]);
}

/** Whether nothing was ever written to it. */
export function isUnwritten({ feed }: State): boolean {
  return feed.changes === 0 && feed.holds.length === 0;
}
