import { isDeepStrictEqual } from "node:util";
import { HoldfastError } from "@holdfast/core";
import type { ErrorCode, JsonObject, Layout } from "@holdfast/core";
import { leadsNowhere, twinOf } from "./constraints.ts";
import type { Entry } from "./entry.ts";
import { pause, rowsPerTurn } from "./pause.ts";
import type { State } from "./state.ts";

/** How many records an error lists at most. */
const listedMost = 100;

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
  for (const type of state.types()) {
    const { indexes, references } = state.model.typeOf(type);
    const unique = indexes.filter((index) => index.unique);
    const enforced = references.filter((reference) => reference.enforced);
    if (unique.length + enforced.length === 0) continue;
    for (const entry of state.entries(type)) {
      if (++seen % rowsPerTurn === 0) await pause();
      for (const index of unique) if (twinOf(state, index, entry)) twins.push(named(entry, { fields: index.fields }));
      for (const reference of enforced) {
        const { field, to } = reference;
        if (leadsNowhere(state, entry, reference)) orphans.push(named(entry, { field, to }));
      }
    }
  }
  if (twins.length > 0)
    throw refusal("UNIQUE_VIOLATION", "have the same values in fields that are to be unique", twins);
  if (orphans.length > 0) throw refusal("REFERENCE_VIOLATION", "refer to records that are not there", orphans);
}

function named({ record: { tenant, type, id } }: Entry, more: JsonObject): JsonObject {
  return { tenant, type, id, ...more };
}

function refusal(code: ErrorCode, what: string, records: readonly JsonObject[]): HoldfastError {
  const message = `the store is not opened with this model: ${records.length} of its records ${what}`;
  return new HoldfastError(message, {
    code,
    details: { count: records.length, records: records.slice(0, listedMost) },
  });
}
