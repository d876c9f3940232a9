import { invalidEntity } from "./entity-errors.ts";
import { depthMost } from "./portable-copy.ts";
import { isPlainObject } from "./schema-plain-object.ts";
import type { RecordKey } from "./record.ts";

/** INVALID_ENTITY where an object within has a key named `__proto__`: zod would drop it without a word. */
export function checkNoProto(key: RecordKey, value: object): void {
  const path = protoPath(value, 0, new Set());
  if (path !== undefined) throw invalidEntity(key, path, "is a key that entities cannot have");
}

/** Whether an object within has such a key. */
export function hasProtoKey(value: object): boolean {
  return protoPath(value, 0, new Set()) !== undefined;
}

/** Where the key stands; the path is only made where there is one. */
function protoPath(value: object, depth: number, seen: Set<object>): readonly (string | number)[] | undefined {
  if (depth > depthMost || seen.has(value)) return undefined;
  seen.add(value);
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    for (let at = 0; at < items.length; at++) {
      const found = protoWithin(items[at], depth, seen);
      if (found !== undefined) return [at, ...found];
    }
    return undefined;
  }
  if (!isPlainObject(value)) return undefined;
  if (Object.hasOwn(value, "__proto__")) return ["__proto__"];
  for (const key of Object.keys(value)) {
    const found = protoWithin(value[key], depth, seen);
    if (found !== undefined) return [key, ...found];
  }
  return undefined;
}

function protoWithin(value: unknown, depth: number, seen: Set<object>): readonly (string | number)[] | undefined {
  return typeof value === "object" && value !== null ? protoPath(value, depth + 1, seen) : undefined;
}
