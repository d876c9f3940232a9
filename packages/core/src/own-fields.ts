import { systemFields } from "./query.ts";
import type { Entity } from "./entity.ts";

const systemNames: ReadonlySet<string> = new Set(systemFields);
const statusNames: ReadonlySet<string> = new Set([...systemFields, "status"]);
const lifecycleNames: ReadonlySet<string> = new Set([...systemFields, "status", "finishedAt"]);

/** The names of the fields that the store or the lifecycle owns. */
export function ownedNames({ lifecycle }: Entity): ReadonlySet<string> {
  return lifecycle === undefined ? systemNames : lifecycle.finishedAt ? lifecycleNames : statusNames;
}

/** The fields of a value that neither the store nor the lifecycle owns. Every read and write comes by here. */
export function ownFields<T>(entity: Entity, value: { readonly [field: string]: T }): Record<string, T>;
export function ownFields(entity: Entity, value: { readonly [field: string]: unknown }): Record<string, unknown> {
  const owned = ownedNames(entity);
  const own: Record<string, unknown> = {};
  for (const field of Object.keys(value)) if (!owned.has(field)) own[field] = value[field];
  return own;
}
