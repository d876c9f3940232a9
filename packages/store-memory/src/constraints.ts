import { eventLoopTurn, HoldfastError } from "@holdfast/core";
import type { DriverKey } from "@holdfast/core";
import type { ReferenceSpec, IndexSpec } from "./compiled-model.ts";
import { slotValue } from "./entry.ts";
import type { Entry } from "./entry.ts";
import { indexPrefix, spanOf } from "./index-key.ts";
import { rowsPerTurn } from "./rows-per-turn.ts";
import type { State } from "./state.ts";

/** UNIQUE_VIOLATION where a record at one of these keys has what only one record of its tenant may have. */
export async function checkUnique(state: State, keys: Iterable<DriverKey>): Promise<void> {
  let seen = 0;
  for (const key of keys) {
    if (++seen % rowsPerTurn === 0) await eventLoopTurn();
    const { uniqueIndexes } = state.model.typeOf(key.type);
    const entry = uniqueIndexes.length === 0 ? undefined : state.get(key);
    if (entry === undefined) continue;
    for (const index of uniqueIndexes) {
      const twin = twinOf(state, index, entry);
      if (twin !== undefined) throw uniqueViolation(index, entry, twin);
    }
  }
}

/** Another record of the tenant with the same values, none of them null. */
export function twinOf(state: State, index: IndexSpec, entry: Entry): Entry | undefined {
  const values = index.slots.map((slot) => slotValue(entry, slot));
  if (values.includes(null)) return undefined;
  const { tenant, id } = entry.record;
  const twins = state.along(index, spanOf(indexPrefix(index, tenant, values)), "up");
  for (const other of twins) if (other.record.id !== id) return other;
  return undefined;
}

/**
 * REFERENCE_VIOLATION where a record at one of these keys refers to a parent that is not there, or where one that is
 * gone has children still. What a delete does to children was written before, by ordinary ops.
 */
export async function checkReferences(state: State, keys: Iterable<DriverKey>): Promise<void> {
  let seen = 0;
  for (const key of keys) {
    if (++seen % rowsPerTurn === 0) await eventLoopTurn();
    if (!state.model.isInReferences(key.type)) continue;
    const entry = state.get(key);
    const broken = entry === undefined ? await childLeft(state, key) : missingParent(state, entry);
    if (broken !== undefined) throw referenceViolation(broken);
  }
}

/** A reference of a record that leads nowhere. */
export interface BrokenReference {
  readonly child: DriverKey;
  readonly reference: ReferenceSpec;
}

export function leadsNowhere(state: State, child: Entry, reference: ReferenceSpec): boolean {
  const id = slotValue(child, reference.slot);
  const { tenant } = child.record;
  return typeof id === "string" && state.get({ tenant, type: reference.to, id }) === undefined;
}

function missingParent(state: State, child: Entry): BrokenReference | undefined {
  const { references } = state.model.typeOf(child.record.type);
  const broken = references.find((reference) => reference.enforced && leadsNowhere(state, child, reference));
  return broken === undefined ? undefined : { child: child.record, reference: broken };
}

async function childLeft(state: State, { tenant, type, id }: DriverKey): Promise<BrokenReference | undefined> {
  for (const reference of state.model.referencesTo(type)) {
    const { index } = reference;
    await state.ready(index);
    const [child] = state.along(index, spanOf(indexPrefix(index, tenant, [id])), "up");
    if (child !== undefined) return { child: child.record, reference };
  }
  return undefined;
}

function uniqueViolation({ type, fields }: IndexSpec, entry: Entry, twin: Entry): HoldfastError {
  const named = fields.map((field) => `"${field}"`).join(" and ");
  const { tenant, id } = entry.record;
  return new HoldfastError(`another "${type}" of the tenant has the same ${named}`, {
    code: "UNIQUE_VIOLATION",
    details: { tenant, type, id, fields, other: twin.record.id },
  });
}

function referenceViolation({ child, reference }: BrokenReference): HoldfastError {
  const { type, field, to } = reference;
  return new HoldfastError(`"${field}" of a "${type}" refers to a "${to}" that is not there`, {
    code: "REFERENCE_VIOLATION",
    details: { tenant: child.tenant, type, id: child.id, field, to },
  });
}
