import { encodeColumnText } from "./column-code.ts";
import { HoldfastError } from "./errors.ts";
import type { FieldValues } from "./driver.ts";
import type { TypeLayout } from "./layout.ts";
import type { JsonObject, Scalar } from "./record.ts";

/** Bytes of an indexed string at most, as a text column keeps it: a Postgres btree refuses rows of over 2,704 bytes. */
const indexedTextBytesMost = 512;
/** Of one UTF-16 unit, as a text column keeps it: three characters of three bytes. */
const unitBytesMost = 9;

/**
 * The values of the declared fields of a body; a missing one is null. INVALID_ENTITY where a value is not of its
 * field's kind, INDEX_VALUE_TOO_LARGE for a string of over 512 bytes.
 */
export function fieldValues(layout: TypeLayout | undefined, id: string, body: JsonObject): FieldValues {
  const values = new Map<string, Scalar>();
  if (layout === undefined) return values;
  for (const { name, kind } of layout.fields) {
    const value = Object.hasOwn(body, name) ? (body[name] ?? null) : null;
    if (value !== null && typeof value !== kind) {
      throw new HoldfastError(`field "${name}" of a "${layout.type}" must be a ${kind} or null`, {
        code: "INVALID_ENTITY",
        details: { type: layout.type, id, path: [name] },
      });
    }
    if (typeof value === "string" && isTooLong(value)) {
      throw new HoldfastError(
        `field "${name}" of a "${layout.type}" is indexed and takes at most ${indexedTextBytesMost} bytes`,
        { code: "INDEX_VALUE_TOO_LARGE", details: { type: layout.type, id, path: [name] } },
      );
    }
    values.set(name, value === null || typeof value === "object" ? null : value === 0 ? 0 : value);
  }
  return values;
}

function isTooLong(text: string): boolean {
  if (text.length * unitBytesMost <= indexedTextBytesMost) return false;
  return Buffer.byteLength(encodeColumnText(text)) > indexedTextBytesMost;
}
