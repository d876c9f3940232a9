import { isDeepStrictEqual } from "node:util";
import { eventLoopTurn, modelRefused } from "@holdfast/core";
import type { JsonObject, Layout } from "@holdfast/core";
import { leadsNowhere, twinOf } from "./constraints.ts";
import type { Entry } from "./entry.ts";
import { rowsPerTurn } from "./rows-per-turn.ts";
import type { State } from "./state.ts";

/** Whether two layouts say the same, as far as JSON can say it. */
export function isSameLayout(a: Layout, b: Layout): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));
}

/**
 * Refuses a model that the stored records do not bear: UNIQUE_VIOLATION or REFERENCE_VIOLATION, with the records that
 * are in the way, up to 100 of them.
 */
export async function checkUpgrade(state: State): Promise<void> {
  const twins: JsonObject[] = [];
  const orphans: JsonObject[] = [];
  let seen = 0;
  await state.arrange();
  for (const type of state.types()) {
    const { indexes, references } = state.model.typeOf(type);
    const unique = indexes.filter((index) => index.unique);
    const enforced = references.filter((reference) => reference.enforced);
    if (unique.length + enforced.length === 0) continue;
    for (const entry of state.entries(type)) {
      if (++seen % rowsPerTurn === 0) await eventLoopTurn();
      for (const index of unique) if (twinOf(state, index, entry)) twins.push(named(entry, { fields: index.fields }));
      for (const reference of enforced) {
        const { field, to } = reference;
        if (leadsNowhere(state, entry, reference)) orphans.push(named(entry, { field, to }));
      }
    }
  }
  if (twins.length > 0) throw modelRefused("UNIQUE_VIOLATION", twins);
  if (orphans.length > 0) throw modelRefused("REFERENCE_VIOLATION", orphans);
}

function named({ record: { tenant, type, id } }: Entry, more: JsonObject): JsonObject {
  return { tenant, type, id, ...more };
}
