import { isJsonObject } from "./json-object.ts";
import type { DeleteRule, FieldKind, FieldLayout, IndexLayout, Layout, ReferenceLayout, TypeLayout } from "./layout.ts";
import type { JsonObject } from "./record.ts";

const kinds: readonly FieldKind[] = ["string", "number", "boolean"];
const rules: readonly DeleteRule[] = ["restrict", "cascade", "detach"];

/** A layout as JSON holds it; undefined for what is none. */
export function parseLayout(value: unknown): Layout | undefined {
  const types = isJsonObject(value) ? eachParsed(value["types"], parseType) : undefined;
  return types === undefined ? undefined : { types };
}

function parseType(value: JsonObject): TypeLayout | undefined {
  const { type, schemaVersion } = value;
  const fields = eachParsed(value["fields"], parseField);
  const indexes = eachParsed(value["indexes"], parseIndex);
  const references = eachParsed(value["references"], parseReference);
  if (typeof type !== "string" || typeof schemaVersion !== "number") return undefined;
  if (fields === undefined || indexes === undefined || references === undefined) return undefined;
  return { type, schemaVersion, fields, indexes, references };
}

function parseField({ name, kind }: JsonObject): FieldLayout | undefined {
  const known = kinds.find((each) => each === kind);
  return typeof name === "string" && known !== undefined ? { name, kind: known } : undefined;
}

function parseIndex({ fields, unique }: JsonObject): IndexLayout | undefined {
  const names = Array.isArray(fields) ? fields.filter((each) => typeof each === "string") : [];
  if (!Array.isArray(fields) || names.length !== fields.length || typeof unique !== "boolean") return undefined;
  return { fields: names, unique };
}

function parseReference({ field, to, onDelete, mirror }: JsonObject): ReferenceLayout | undefined {
  if (typeof field !== "string" || typeof to !== "string") return undefined;
  if (mirror !== undefined && typeof mirror !== "string") return undefined;
  const ends = mirror === undefined ? { field, to } : { field, to, mirror };
  if (onDelete === undefined) return ends;
  const rule = rules.find((each) => each === onDelete);
  return rule === undefined ? undefined : { ...ends, onDelete: rule };
}

function eachParsed<T>(value: unknown, parse: (item: JsonObject) => T | undefined): T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const parsed = value.flatMap((item: unknown) => (isJsonObject(item) ? (parse(item) ?? []) : []));
  return parsed.length === value.length ? parsed : undefined;
}
