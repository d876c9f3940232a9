import { z } from "zod";

export interface SchemaProblem {
  /** Keys and positions of the part at fault. */
  readonly path: string;
  readonly reason: string;
}

/** Why a schema cannot be used both ways and at once: a one-way transform, or something asynchronous; else undefined. */
export function schemaProblem(
  schema: z.core.$ZodType,
  path = "",
  seen = new Set<z.core.$ZodType>(),
): SchemaProblem | undefined {
  if (seen.has(schema)) return undefined;
  seen.add(schema);
  const reason = ownProblem(schema);
  if (reason !== undefined) return { path: path === "" ? "the schema" : `"${path}"`, reason };
  for (const [key, child] of children(schema)) {
    const within = key === "" ? path : path === "" ? key : `${path}.${key}`;
    const problem = schemaProblem(child, within, seen);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function ownProblem(schema: z.core.$ZodType): string | undefined {
  if (schema instanceof z.core.$ZodTransform || schema instanceof z.core.$ZodSuccess) {
    return "is transformed one way only; a codec says how to write it back";
  }
  if (schema instanceof z.core.$ZodPromise) return "is a promise; schemas are synchronous";
  const { checks = [] } = schema._zod.def;
  const defs: readonly object[] = [schema._zod.def, ...checks.map((check) => check._zod.def)];
  return defs.some((def) => Object.values(def).some(isAsync))
    ? "is checked or converted asynchronously; schemas are synchronous"
    : undefined;
}

function isAsync(value: unknown): boolean {
  return typeof value === "function" && Object.prototype.toString.call(value) === "[object AsyncFunction]";
}

/** The schemas that a schema is made of, with the key of those that stand under one. */
function children(schema: z.core.$ZodType): readonly (readonly [string, z.core.$ZodType])[] {
  if (schema instanceof z.core.$ZodLazy) return [["", schema._zod.innerType]];
  if (schema instanceof z.core.$ZodObject) {
    const { shape, catchall } = schema._zod.def;
    const rest = catchall === undefined ? [] : ([["", catchall]] as const);
    return [...Object.entries(shape), ...rest];
  }
  const parts: readonly unknown[] = Object.values(schema._zod.def);
  return parts.flat().flatMap((part) => (part instanceof z.core.$ZodType ? [["", part] as const] : []));
}
