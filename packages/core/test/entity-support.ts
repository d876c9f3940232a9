import { HoldfastError } from "@holdfast/core";
import type { Entity, JsonObject, StoredRecord } from "@holdfast/core";

/** The HoldfastError that a call throws. */
export function failureOf(call: () => unknown): HoldfastError {
  try {
    call();
  } catch (error) {
    if (HoldfastError.is(error)) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

/** A record as a store gives it, always of the same version and times. */
export function record(entity: Entity, body: JsonObject, documentVersion = entity.schemaVersion): StoredRecord {
  return {
    type: entity.name,
    tenant: "default",
    id: "one",
    version: 7,
    documentVersion,
    created: 1_795_312_984_123_456,
    updated: 1_795_312_985_000_000,
    body,
  };
}
