import { systemFields } from "./query.ts";
import type { Entity } from "./entity.ts";

const systemNames: ReadonlySet<string> = new Set(systemFields);
const statusNames: ReadonlySet<string> = new Set([...systemFields, "status"]);
const lifecycleNames: ReadonlySet<string> = new Set([...systemFields, "status", "finishedAt"]);

/** The fields of a value that neither the store nor the lifecycle owns. */
export function ownFields<T>({ lifecycle }: Entity, value: { readonly [field: string]: T }): Record<string, T> {
  const owned = lifecycle === undefined ? systemNames : lifecycle.finishedAt ? lifecycleNames : statusNames;
  const own: Record<string, T> = {};
  for (const [field, held] of Object.entries(value)) if (!owned.has(field)) own[field] = held;
  return own;
}
