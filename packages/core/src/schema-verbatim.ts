import { z } from "zod";

/** Checks that only look. Others, those written by users among them, may change what they see. */
const lookingChecks: ReadonlySet<string> = new Set([
  "greater_than",
  "length_equals",
  "less_than",
  "max_length",
  "min_length",
  "multiple_of",
  "number_format",
  "string_format",
]);

const known = new WeakMap<z.core.$ZodType, boolean>();

/**
 * Whether decoding and encoding give every value back as it was, once its defaults are filled in: then an entity is its
 * document, and nothing is learnt by decoding what was encoded a moment ago. Says no wherever it is not certain.
 */
export function isVerbatim(schema: z.core.$ZodType): boolean {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const answer = keepsValues(schema, new Set());
  known.set(schema, answer);
  return answer;
}

/** `met`: those that are looked at already, which a schema that holds itself comes back to. */
function keepsValues(schema: z.core.$ZodType, met: Set<z.core.$ZodType>): boolean {
  if (met.has(schema)) return true;
  met.add(schema);
  return onlyLooks(schema) && partsOf(schema)?.every((part) => keepsValues(part, met)) === true;
}

function onlyLooks(schema: z.core.$ZodType): boolean {
  const { checks = [] } = schema._zod.def;
  if (checks.some((check) => !lookingChecks.has(check._zod.def.check))) return false;
  // An URL is trimmed.
  return ![schema, ...checks].some((each) => "format" in each._zod.def && each._zod.def.format === "url");
}

/** The schemas within; undefined for a schema that changes values, or might. */
function partsOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] | undefined {
  if (
    schema instanceof z.core.$ZodString ||
    schema instanceof z.core.$ZodNumber ||
    schema instanceof z.core.$ZodBoolean
  ) {
    return schema._zod.def.coerce === true ? undefined : [];
  }
  if (scalars.some((each) => schema instanceof each)) return [];
  if (schema instanceof z.core.$ZodLazy) return [schema._zod.innerType];
  if (
    schema instanceof z.core.$ZodOptional ||
    schema instanceof z.core.$ZodNullable ||
    schema instanceof z.core.$ZodDefault
  ) {
    return [schema._zod.def.innerType];
  }
  if (schema instanceof z.core.$ZodObject) {
    const { shape, catchall } = schema._zod.def;
    return catchall === undefined ? Object.values(shape) : [...Object.values(shape), catchall];
  }
  if (schema instanceof z.core.$ZodArray) return [schema._zod.def.element];
  if (schema instanceof z.core.$ZodRecord) return [schema._zod.def.keyType, schema._zod.def.valueType];
  if (schema instanceof z.core.$ZodUnion) return schema._zod.def.options;
  return undefined;
}

const scalars = [
  z.core.$ZodNull,
  z.core.$ZodAny,
  z.core.$ZodUnknown,
  z.core.$ZodNever,
  z.core.$ZodEnum,
  z.core.$ZodLiteral,
  z.core.$ZodTemplateLiteral,
] as const;
