import { z } from "zod";
import { innerSchema } from "./schema-inner.ts";
import type { FieldKind } from "./layout.ts";

export interface SchemaKind {
  readonly kind: FieldKind;
  /** Whether the field may hold null. */
  readonly nullable: boolean;
}

/** The one kind that a field has on the encoded side of its schema, or undefined where it is not of just one. */
export function schemaKind(schema: z.core.$ZodType): SchemaKind | undefined {
  const kinds = new Set(encodedKinds(schema));
  const nullable = kinds.delete("null");
  const [kind, ...others] = kinds;
  if (others.length > 0 || (kind !== "string" && kind !== "number" && kind !== "boolean")) return undefined;
  return { kind, nullable };
}

function encodedKinds(schema: z.core.$ZodType): readonly string[] {
  const inner = innerSchema(schema);
  if (inner !== undefined) {
    const kinds = encodedKinds(inner);
    return schema instanceof z.core.$ZodNullable ? ["null", ...kinds] : kinds;
  }
  if (schema instanceof z.core.$ZodPipe) return encodedKinds(schema._zod.def.in);
  if (schema instanceof z.core.$ZodUnion) return schema._zod.def.options.flatMap(encodedKinds);
  if (schema instanceof z.core.$ZodEnum) return Object.values(schema._zod.def.entries).map((value) => typeof value);
  if (schema instanceof z.core.$ZodLiteral) {
    return schema._zod.def.values.map((value) => (value === null ? "null" : typeof value));
  }
  return [schema instanceof z.core.$ZodTemplateLiteral ? "string" : schema._zod.def.type];
}
