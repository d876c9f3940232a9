import { z } from "zod";
import { isPlainObject } from "./schema-plain-object.ts";
import { schemaShape } from "./schema-shape.ts";
import type { PlainObject } from "./schema-plain-object.ts";
import type { SchemaShape } from "./schema-shape.ts";

/** The draft with whatever is left out and has a default filled in, on the decoded side; what is wrong stays as it is. */
export function fillDefaults(schema: z.core.$ZodObject, draft: PlainObject): PlainObject {
  return fillFields(schemaShape(schema), draft);
}

function fillFields(shape: SchemaShape, draft: PlainObject): PlainObject {
  if (shape.kind !== "object") return draft;
  const filled: Record<string, unknown> = { ...draft };
  for (const [key, field] of shape.fields) {
    const value = draft[key];
    if (value !== undefined) filled[key] = fillValue(field, value);
    else if (field._zod.optin !== undefined) {
      const decoded = z.safeDecode(field, undefined);
      if (decoded.success && decoded.data !== undefined) filled[key] = decoded.data;
    }
  }
  return filled;
}

function fillValue(schema: z.core.$ZodType, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const shape = schemaShape(schema);
  if (shape.kind === "list" && Array.isArray(value)) {
    return value.map((item: unknown, at) => {
      const element = shape.items[at] ?? shape.rest;
      return element === undefined ? item : fillValue(element, item);
    });
  }
  return shape.kind === "object" && isPlainObject(value) ? fillFields(shape, value) : value;
}
