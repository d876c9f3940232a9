import { z } from "zod";
import { compareText } from "./compare.ts";
import { HoldfastError } from "./errors.ts";
import { indexFields } from "./entity.ts";
import { isTypeName } from "./names.ts";
import { systemFields } from "./query.ts";
import { schemaKind } from "./schema-kind.ts";
import { schemaProblem } from "./schema-problem.ts";
import type { Entity, ReferenceDeclaration } from "./entity.ts";
import type { IndexLayout, ReferenceLayout, TypeLayout } from "./layout.ts";
import type { SchemaKind } from "./schema-kind.ts";

const fieldPattern = /^[A-Za-z][A-Za-z0-9_]{0,47}$/;
const systemNames: ReadonlySet<string> = new Set(systemFields);
const joiningWords: ReadonlySet<string> = new Set(["and", "or", "not"]);
const indexFieldsMost = 3;

/** What a store sees of an entity; INVALID_MODEL where the declaration cannot be kept. */
export function entityLayout(entity: Entity): TypeLayout {
  checkEntity(entity);
  const fields = entity.fields.map((name) => ({ name, kind: declaredKind(entity, name).kind }));
  checkNames(entity);
  const references = Object.entries(entity.references).map(([field, each]) => referenceLayout(entity, field, each));
  return {
    type: entity.name,
    schemaVersion: entity.schemaVersion,
    fields: fields.sort((a, b) => compareText(a.name, b.name)),
    indexes: indexLayouts(entity),
    references,
  };
}

function checkEntity(entity: Entity): void {
  const { name, schema, schemaVersion } = entity;
  if (!isTypeName(name)) {
    throw invalid(
      entity,
      "a name has 1 to 48 letters, digits and _, begins with a letter, and not with sqlite_, pg_ or holdfast_",
    );
  }
  if (!Number.isSafeInteger(schemaVersion) || schemaVersion < 1) {
    throw invalid(entity, "schemaVersion must be a whole number from 1");
  }
  for (const from of Object.keys(entity.upcast).map(Number)) {
    if (!Number.isSafeInteger(from) || from < 1 || from >= schemaVersion) {
      throw invalid(entity, `upcast ${from} does not lift from a version below schemaVersion ${schemaVersion}`);
    }
  }
  if (!(schema instanceof z.core.$ZodObject)) throw invalid(entity, "its schema must be a zod object");
  if (entity.unknownFields !== "keep" && entity.unknownFields !== "refuse") {
    throw invalid(entity, 'unknownFields must be "keep" or "refuse"');
  }
  const problem = schemaProblem(schema);
  if (problem !== undefined) throw invalid(entity, `${problem.path} ${problem.reason}`);
}

function checkNames(entity: Entity): void {
  const own = lifecycleFields(entity);
  for (const name of Object.keys(entity.schema._zod.def.shape)) {
    if (own.has(name))
      throw invalid(entity, `field "${name}" belongs to the lifecycle and must not stand in the schema`);
    if (systemNames.has(name))
      throw invalid(entity, `field "${name}" belongs to the store and must not stand in the schema`);
    if (joiningWords.has(name)) throw invalid(entity, `field "${name}" has the name of a word of the query language`);
  }
  for (const name of Object.keys(entity.derived)) {
    if (Object.hasOwn(entity.schema._zod.def.shape, name)) continue;
    throw invalid(entity, `derived field "${name}" is not a field of the schema`);
  }
  const seen = new Map(systemFields.map((name) => [name.toLowerCase(), String(name)]));
  for (const name of entity.fields) {
    if (!fieldPattern.test(name)) {
      throw invalid(entity, `indexed field "${name}" must have 1 to 48 letters, digits and _, and begin with a letter`);
    }
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) throw invalid(entity, `fields "${other}" and "${name}" must differ in more than case`);
    seen.set(name.toLowerCase(), name);
  }
}

function lifecycleFields({ lifecycle }: Entity): ReadonlySet<string> {
  if (lifecycle === undefined) return new Set();
  return new Set(lifecycle.finishedAt ? ["status", "finishedAt"] : ["status"]);
}

function declaredKind(entity: Entity, field: string): SchemaKind {
  if (lifecycleFields(entity).has(field)) return { kind: "string", nullable: true };
  const { shape } = entity.schema._zod.def;
  const schema = Object.hasOwn(shape, field) ? shape[field] : undefined;
  if (schema === undefined) {
    throw invalid(entity, `"${field}" is indexed or refers to another entity, but is not a field of the schema`);
  }
  const kind = schemaKind(schema);
  if (kind !== undefined) return kind;
  throw invalid(
    entity,
    `field "${field}" cannot be indexed: on its encoded side it must be of one kind, a string, a number or a boolean`,
  );
}

function indexLayouts(entity: Entity): readonly IndexLayout[] {
  const indexes = new Map<string, IndexLayout>();
  for (const index of entity.indexes) {
    const fields = indexFields(index);
    const shown = fields.map((name) => `"${name}"`).join(", ");
    if (fields.length === 0 || fields.length > indexFieldsMost) {
      throw invalid(entity, `an index has one to three fields, and not (${shown})`);
    }
    if (new Set(fields).size < fields.length) throw invalid(entity, `an index names a field twice: (${shown})`);
    const unique = "fields" in index && index.unique === true;
    indexes.set(JSON.stringify([unique, fields]), { fields: [...fields], unique });
  }
  const led = new Set([...indexes.values()].map(({ fields }) => fields[0]));
  for (const field of Object.keys(entity.references)) {
    // Deleting a parent looks its children up by this field.
    if (!led.has(field)) indexes.set(field, { fields: [field], unique: false });
  }
  return [...indexes.values()];
}

function referenceLayout(entity: Entity, field: string, reference: ReferenceDeclaration): ReferenceLayout {
  const { kind, nullable } = declaredKind(entity, field);
  const { to, onDelete, mirror } = reference;
  const kept = mirror === undefined ? {} : { mirror };
  const ends = `reference "${entity.name}.${field}" to "${to}"`;
  if (kind !== "string") throw invalid(entity, `${ends} must be a string, since it holds an id`);
  if (reference.enforced === false) {
    if (onDelete !== undefined) throw invalid(entity, `${ends} is not enforced and has no onDelete`);
    return { field, to, ...kept };
  }
  if (onDelete !== "restrict" && onDelete !== "cascade" && onDelete !== "detach") {
    throw invalid(entity, `${ends} must say onDelete: "restrict", "cascade" or "detach", or enforced: false`);
  }
  if (onDelete === "detach" && !nullable) {
    throw invalid(entity, `${ends} is detached when its parent is deleted, so its schema must be nullable`);
  }
  return { field, to, onDelete, ...kept };
}

function invalid(entity: Entity, reason: string): HoldfastError {
  return new HoldfastError(`entity "${entity.name}": ${reason}`, {
    code: "INVALID_MODEL",
    details: { type: entity.name, reason },
  });
}
