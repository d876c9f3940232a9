import { z } from "zod";
import type { JsonObject, JsonValue } from "@holdfast/core";

/** How secrets are kept, such as encrypted with a key of the application's. Both are synchronous. */
export interface Secrets {
  /** What is stored instead of the text. */
  seal(text: string): string;
  /** The text again. Is also handed what was stored before there were seals. */
  open(sealed: string): string;
}

/** Keeps secrets as they are. */
export const inClear: Secrets = { seal: (text) => text, open: (sealed) => sealed };

/** A text that is stored sealed. */
export function sealedText(secrets: Secrets) {
  return z.codec(z.string(), z.string(), {
    decode: (sealed) => secrets.open(sealed),
    encode: (text) => secrets.seal(text),
  });
}

/** A list of objects, whose JSON is stored sealed where there are seals; what was stored in clear is read too. */
export function sealedObjects(secrets: Secrets) {
  return z.codec(storedObjects, objects, {
    decode: (stored) => openObjects(secrets, stored),
    encode: (list) => (secrets === inClear ? list : { sealed: secrets.seal(JSON.stringify(list)) }),
  });
}

/** As it stands in a store: a list, one within another in older files, or what became of it under a seal. */
const storedObjects = z.custom<JsonValue>((value) => isList(value) || (isObject(value) && "sealed" in value), {
  message: "must be a list of objects",
});
const objects = z.custom<readonly JsonObject[]>((value) => isList(value) && value.every(isObject), {
  message: "must be a list of objects",
});

function openObjects(secrets: Secrets, stored: JsonValue): readonly JsonObject[] {
  const sealed = isObject(stored) ? stored["sealed"] : undefined;
  const opened: unknown = typeof sealed === "string" ? JSON.parse(secrets.open(sealed)) : stored;
  if (!isList(opened)) return [];
  const [only, ...others] = opened;
  return isList(only) && others.length === 0 ? only : opened;
}

function isList(value: unknown): value is readonly JsonObject[] {
  return Array.isArray(value);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
