import { z } from "zod";
import { innerSchema } from "./schema-inner.ts";

/** What a schema says of structure: where objects, lists and records stand, and of what. */
export type SchemaShape =
  /** No structure of its own: a scalar, whatever a codec makes, anything at all. */
  | { readonly kind: "leaf" }
  /** `rest`: the schema of keys that are not among the fields, where there is one. */
  | {
      readonly kind: "object";
      readonly fields: ReadonlyMap<string, z.core.$ZodType>;
      readonly rest: z.core.$ZodType | undefined;
    }
  | { readonly kind: "record"; readonly values: z.core.$ZodType }
  | { readonly kind: "list"; readonly items: readonly z.core.$ZodType[]; readonly rest: z.core.$ZodType | undefined }
  | { readonly kind: "union"; readonly options: readonly z.core.$ZodType[] };

const leaf: SchemaShape = { kind: "leaf" };
/** Asking a schema what it is costs more than parsing with it, and the answer never changes. */
const known = new WeakMap<z.core.$ZodType, SchemaShape>();

export function schemaShape(schema: z.core.$ZodType): SchemaShape {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const shape = readShape(schema);
  known.set(schema, shape);
  return shape;
}

function readShape(schema: z.core.$ZodType): SchemaShape {
  const inner = innerSchema(schema);
  if (inner !== undefined) return schemaShape(inner);
  if (schema instanceof z.core.$ZodObject) {
    const { shape, catchall } = schema._zod.def;
    return { kind: "object", fields: new Map(Object.entries(shape)), rest: catchall };
  }
  if (schema instanceof z.core.$ZodArray) return { kind: "list", items: [], rest: schema._zod.def.element };
  if (schema instanceof z.core.$ZodTuple) {
    const { items, rest } = schema._zod.def;
    return { kind: "list", items, rest: rest ?? undefined };
  }
  if (schema instanceof z.core.$ZodRecord) return { kind: "record", values: schema._zod.def.valueType };
  if (schema instanceof z.core.$ZodUnion) return { kind: "union", options: schema._zod.def.options };
  if (schema instanceof z.core.$ZodIntersection) return joined(schema._zod.def.left, schema._zod.def.right);
  return leaf;
}

/** Both sides of an intersection see the whole object, so a field is known where either knows it. */
function joined(left: z.core.$ZodType, right: z.core.$ZodType): SchemaShape {
  const [a, b] = [schemaShape(left), schemaShape(right)];
  if (a.kind !== "object" || b.kind !== "object") return leaf;
  return { kind: "object", fields: new Map([...b.fields, ...a.fields]), rest: a.rest ?? b.rest };
}
