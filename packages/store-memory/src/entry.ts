import type { FieldValues, RecordText, Scalar, Tombstone } from "@holdfast/core";

/** A record as memory holds it: its JSON text, never the parsed body, and the values of its declared fields. */
export interface Entry {
  readonly record: RecordText;
  /** One value for each field of the type's layout, in its order. */
  readonly values: readonly Scalar[];
  /** Its place in the order of all changes, in which every put and delete takes a number of its own. */
  readonly change: number;
}

/** A tombstone as memory holds it. */
export interface Buried {
  readonly tombstone: Tombstone;
  /** As an entry's. */
  readonly change: number;
}

/** Where a field's value stands: from 0 among the declared ones, below 0 in the record itself. */
export type Slot = number;

/** The slots of the fields that every record has. */
export const systemSlots: ReadonlyMap<string, Slot> = new Map([
  ["id", -1],
  ["createdAt", -2],
  ["updatedAt", -3],
  ["version", -4],
]);

export function slotValue(entry: Entry, slot: Slot): Scalar {
  switch (slot) {
    case -1:
      return entry.record.id;
    case -2:
      return entry.record.created;
    case -3:
      return entry.record.updated;
    case -4:
      return entry.record.version;
    default:
      return entry.values[slot] ?? null;
  }
}

/** Values in the order of a layout's fields, as an entry keeps them. */
export function valuesInOrder(fields: readonly { readonly name: string }[], values: FieldValues): readonly Scalar[] {
  return fields.length === 0 ? noValues : fields.map(({ name }) => values.get(name) ?? null);
}

const noValues: readonly Scalar[] = [];
