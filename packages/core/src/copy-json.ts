import type { JsonObject, JsonValue } from "./record.ts";

/**
 * A deep copy of what `JSON.parse` made, several times as fast as parsing its text again. Keys keep their order, and one
 * named `__proto__` stays a property of its own: spreading makes it one, so that writing to it does not reach further.
 */
export function copyJsonObject(value: JsonObject): JsonObject {
  const copy: Record<string, JsonValue> = { ...value };
  // Engines go through an object so by the places of its fields; what a prototype was given is none of them.
  for (const key in copy) {
    const member = copy[key];
    if (typeof member === "object" && member !== null && Object.hasOwn(copy, key)) copy[key] = copyNested(member);
  }
  return copy;
}

function copyNested(value: JsonObject | readonly JsonValue[]): JsonValue {
  if (!isArray(value)) return copyJsonObject(value);
  const copy = value.slice();
  for (let at = 0; at < copy.length; at++) {
    const item = copy[at];
    if (typeof item === "object" && item !== null) copy[at] = copyNested(item);
  }
  return copy;
}

/** Of its own, since the built-in one does not tell readonly arrays from objects. */
function isArray(value: JsonObject | readonly JsonValue[]): value is readonly JsonValue[] {
  return Array.isArray(value);
}
