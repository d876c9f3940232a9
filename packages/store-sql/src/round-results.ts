import { keyText } from "@holdfast/core";
import type { DriverKey, GroupResult, OpResult, PlannedResult, Reader, RecordText } from "@holdfast/core";

type Planned = readonly (readonly PlannedResult[])[];

/** Whether an op was refused for what is stored at its key, which is then told with the refusal. */
export function hasRefusals(planned: Planned): boolean {
  return planned.some((group) => group.some(standsInTheWay));
}

/** What stood in the way of ops, by key. */
type InTheWay = ReadonlyMap<string, RecordText>;

export const nothingInTheWay: InTheWay = new Map();

/** Reads what stood in the way of refused ops. */
export async function recordsInTheWay(planned: Planned, get: Reader["get"]): Promise<InTheWay> {
  const places = new Map<string, { readonly key: DriverKey; readonly ids: Set<string> }>();
  for (const group of planned) {
    for (const each of group) {
      if (!standsInTheWay(each)) continue;
      const name = `${each.key.tenant} ${each.key.type}`;
      const place = places.get(name) ?? { key: each.key, ids: new Set() };
      places.set(name, place);
      place.ids.add(each.key.id);
    }
  }
  const found = new Map<string, RecordText>();
  for (const { key, ids } of places.values()) {
    const records = await get(key.tenant, key.type, [...ids]);
    for (const record of records) if (record !== undefined) found.set(keyText(record), record);
  }
  return found;
}

/** Refusals come with what stood in the way; an op that was only undone with others has nothing in its way. */
export function resultsWithRecords(planned: Planned, found: InTheWay): readonly GroupResult[] {
  return planned.map((group) => group.map((each) => resultOf(each, found)));
}

function resultOf(planned: PlannedResult, found: InTheWay): OpResult {
  if (planned.ok) return planned;
  const { why, key } = planned;
  const record = why === "batch" ? undefined : found.get(keyText(key));
  return record === undefined ? { ok: false, why } : { ok: false, why, record };
}

function standsInTheWay(planned: PlannedResult): planned is Extract<PlannedResult, { ok: false }> {
  return !planned.ok && planned.why !== "batch";
}
