import { z } from "zod";
import { invalidEntity } from "./entity-errors.ts";
import { ownFields } from "./own-fields.ts";
import type { Entity } from "./entity.ts";
import type { JsonObject, JsonValue, RecordKey } from "./record.ts";

/**
 * The derived fields of a document, on its encoded side, as its other fields have them now. INVALID_ENTITY where one
 * cannot be derived. Whether its schema takes it is told by whoever decodes the document, or by `checkDerived`.
 */
export function derivedFields(entity: Entity, key: RecordKey, body: JsonObject): JsonObject {
  const rules = Object.entries(entity.derived);
  if (rules.length === 0) return noFields;
  const own = ownFields(entity, body);
  const derived: Record<string, JsonValue> = {};
  for (const [field, derive] of rules) derived[field] = derivedValue(key, field, () => derive(own, key.id));
  return derived;
}

/** INVALID_ENTITY where a derived field is what its schema does not take. */
export function checkDerived({ schema }: Entity, key: RecordKey, derived: JsonObject): void {
  for (const [field, value] of Object.entries(derived)) {
    const own = schema._zod.def.shape[field];
    if (own === undefined || z.safeDecode(own, value).success) continue;
    throw invalidEntity(key, [field], "is derived to a value that does not fit its schema");
  }
}

const noFields: JsonObject = {};

function derivedValue(key: RecordKey, field: string, derive: () => JsonValue): JsonValue {
  try {
    return derive();
  } catch (thrown) {
    throw invalidEntity(key, [field], "could not be derived from the other fields", thrown);
  }
}
