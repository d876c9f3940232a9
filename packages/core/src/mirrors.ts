import { z } from "zod";
import { HoldfastError } from "./errors.ts";
import { innerSchema } from "./schema-inner.ts";
import { schemaKind } from "./schema-kind.ts";
import type { Entity } from "./entity.ts";
import type { TypeLayout } from "./layout.ts";

/** INVALID_MODEL unless each mirror is a list of strings in the parent's schema, and of one reference only. */
export function checkMirrors(entities: readonly Entity[], types: readonly TypeLayout[]): void {
  const taken = new Map<string, string>();
  for (const { type, references } of types) {
    for (const { field, to, mirror } of references) {
      if (mirror === undefined) continue;
      const list = `${to}.${mirror}`;
      const reference = `${type}.${field}`;
      const parent = entities.find(({ name }) => name === to);
      const shape = parent?.schema._zod.def.shape ?? {};
      const schema = Object.hasOwn(shape, mirror) ? shape[mirror] : undefined;
      const other = taken.get(list);
      if (schema === undefined) throw invalid(reference, list, `"${mirror}" is not a field of the schema of "${to}"`);
      if (!isListOfStrings(schema)) throw invalid(reference, list, "it is not a list of strings on its encoded side");
      if (other !== undefined) throw invalid(reference, list, `that mirrors "${other}" already`);
      taken.set(list, reference);
    }
  }
}

function isListOfStrings(schema: z.core.$ZodType): boolean {
  const inner = innerSchema(schema);
  if (inner !== undefined) return isListOfStrings(inner);
  if (schema instanceof z.core.$ZodPipe) return isListOfStrings(schema._zod.def.in);
  if (!(schema instanceof z.core.$ZodArray)) return false;
  const element = schemaKind(schema._zod.def.element);
  return element?.kind === "string" && !element.nullable;
}

function invalid(reference: string, list: string, reason: string): HoldfastError {
  return new HoldfastError(`"${reference}" is mirrored by "${list}", but ${reason}`, {
    code: "INVALID_MODEL",
    details: { reference, list, reason },
  });
}
