import { encodeColumnText } from "@holdfast/core";
import type { JsonObject } from "@holdfast/core";

const indexedBytesMost = 512;
/** What one UTF-16 unit takes at most in a column, escaped. */
const bytesMost = 9;

/** Text as it is compared where case does not count. */
export function folded(text: string): string {
  return text.toLowerCase();
}

/**
 * The id and these fields in one text to search in, folded; null where it is too long for an index, which whoever
 * searches has to look into the entity for.
 */
export function searchText(body: JsonObject, id: string, fields: readonly string[]): string | null {
  const parts = [id, ...fields.map((field) => body[field])].filter((part) => typeof part === "string");
  const text = folded(parts.join("\n"));
  if (text.length * bytesMost <= indexedBytesMost) return text;
  return Buffer.byteLength(encodeColumnText(text)) > indexedBytesMost ? null : text;
}
