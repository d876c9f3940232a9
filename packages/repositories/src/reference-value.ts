import { HoldfastError } from "@holdfast/core";
import { z } from "zod";
import type { Entity } from "@holdfast/core";

/** The id that a child's field holds, as queries see it; undefined where it refers to nothing. */
export function encodedReference(entity: Entity, field: string, child: object): string | undefined {
  const { [field]: held }: Readonly<Record<string, unknown>> = { ...child };
  if (held === null || held === undefined) return undefined;
  const schema = entity.schema._zod.def.shape[field];
  const encoded = schema === undefined ? undefined : z.safeEncode(schema, held);
  if (encoded?.success === true && typeof encoded.data === "string") return encoded.data;
  throw new HoldfastError(`"${field}" of a "${entity.name}" does not hold an id`, {
    code: "INVALID_ENTITY",
    details: { type: entity.name, path: [field] },
  });
}

/** The same as entities hold it; the id itself where the schema does not take it, which the entity's own check tells. */
export function decodedReference(entity: Entity, field: string, id: string): unknown {
  const schema = entity.schema._zod.def.shape[field];
  const decoded = schema === undefined ? undefined : z.safeDecode(schema, id);
  return decoded?.success === true ? decoded.data : id;
}
