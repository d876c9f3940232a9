import { z } from "zod";
import { isPlainObject } from "./schema-plain-object.ts";
import { schemaShape } from "./schema-shape.ts";
import type { PlainObject } from "./schema-plain-object.ts";

/** Which way a value went: JSON to entity, or entity to JSON. */
export type Direction = "decode" | "encode";
export type ValuePath = readonly (string | number)[];

/** What is done with a field that the schema does not know. */
export interface UnknownFieldRule {
  readonly direction: Direction;
  /** Called for each of them; may throw. */
  readonly meet: (path: ValuePath) => void;
}

type SchemaOfKey = (key: string) => z.core.$ZodType | undefined;
type SchemaOfItem = (at: number) => z.core.$ZodType | undefined;

/**
 * `to`, which zod made of `from`, with the fields that the schema dropped put back, also within objects, lists and
 * records. Where a codec stands, what is below it is the codec's own matter. Changes neither of the two.
 */
export function keepUnknown(
  schema: z.core.$ZodType,
  from: unknown,
  to: unknown,
  rule: UnknownFieldRule,
  path: ValuePath = [],
): unknown {
  if (typeof from !== "object" || from === null) return to;
  const shape = schemaShape(schema);
  if (shape.kind === "leaf") return to;
  if (shape.kind === "union") {
    const option = shape.options.find((each) => fits(each, from, rule.direction));
    return option === undefined ? to : keepUnknown(option, from, to, rule, path);
  }
  if (shape.kind === "list") {
    if (!Array.isArray(from) || !Array.isArray(to)) return to;
    return keepInList(from, to, (at) => shape.items[at] ?? shape.rest, rule, path);
  }
  if (!isPlainObject(from) || !isPlainObject(to)) return to;
  const schemaOf: SchemaOfKey =
    shape.kind === "record" ? () => shape.values : (key) => shape.fields.get(key) ?? shape.rest;
  return keepInObject(from, to, schemaOf, rule, path);
}

function keepInList(
  from: readonly unknown[],
  to: readonly unknown[],
  schemaOf: SchemaOfItem,
  rule: UnknownFieldRule,
  path: ValuePath,
): readonly unknown[] {
  const kept = to.map((item, at) => {
    const schema = schemaOf(at);
    return schema === undefined ? item : keepWithin(schema, from[at], item, rule, path, at);
  });
  return kept.some((item, at) => item !== to[at]) ? kept : to;
}

function keepInObject(
  from: PlainObject,
  to: PlainObject,
  schemaOf: SchemaOfKey,
  rule: UnknownFieldRule,
  path: ValuePath,
): PlainObject {
  const changed: Record<string, unknown> = {};
  let unchanged = true;
  for (const key of Object.keys(from)) {
    const schema = schemaOf(key);
    if (Object.hasOwn(to, key)) {
      const kept = schema === undefined ? to[key] : keepWithin(schema, from[key], to[key], rule, path, key);
      if (kept === to[key]) continue;
      changed[key] = kept;
    } else if (schema === undefined) {
      rule.meet([...path, key]);
      changed[key] = from[key];
    } else continue;
    unchanged = false;
  }
  return unchanged ? to : { ...to, ...changed };
}

/** Most values have nothing within: they need no path. */
function keepWithin(
  schema: z.core.$ZodType,
  from: unknown,
  to: unknown,
  rule: UnknownFieldRule,
  path: ValuePath,
  part: string | number,
): unknown {
  if (typeof from !== "object" || from === null) return to;
  return schemaShape(schema).kind === "leaf" ? to : keepUnknown(schema, from, to, rule, [...path, part]);
}

function fits(schema: z.core.$ZodType, value: unknown, direction: Direction): boolean {
  return direction === "decode" ? z.safeDecode(schema, value).success : z.safeEncode(schema, value).success;
}
