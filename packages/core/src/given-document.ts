import type { JsonObject } from "./record.ts";

/** Documents that `portableCopy` made. */
const portable = new WeakSet<JsonObject>();
/** Those of them that their maker has given away. */
const given = new WeakSet<object>();

/** Takes note that a document is a portable copy of its own. */
export function markPortable<T extends JsonObject>(document: T): T {
  portable.add(document);
  return document;
}

/** The document with more plain fields, and the same note. */
export function extended(document: JsonObject, fields: JsonObject | undefined): JsonObject {
  if (fields === undefined) return document;
  const whole = { ...document, ...fields };
  return portable.has(document) ? markPortable(whole) : whole;
}

/**
 * For a document that is written next, and that nobody else holds: where it is portable for certain, the write takes it
 * as it is, once, instead of copying it.
 */
export function giveAway(document: JsonObject): JsonObject {
  if (portable.delete(document)) given.add(document);
  return document;
}

/** Whether a document was given away, and was not taken yet. */
export function takeGiven(document: unknown): document is JsonObject {
  return typeof document === "object" && document !== null && given.delete(document);
}
