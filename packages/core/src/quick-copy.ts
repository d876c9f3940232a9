import type { JsonValue } from "./record.ts";

/** How far a copy may go. */
export interface CopyLimits {
  /** Characters that its text may still take; what is copied is taken off. */
  left: number;
  /** Levels within one another that are still allowed. */
  readonly depth: number;
}

/**
 * A deep copy of a value that is portable JSON through and through, as nearly all are; undefined for any other, which
 * needs a look that can say what is wrong and where. Each property is read once.
 */
export function quickCopy(value: unknown, limits: CopyLimits): JsonValue | undefined {
  try {
    return copyValue(value, limits.depth, limits);
  } catch {
    return undefined;
  }
}

function copyValue(value: unknown, depth: number, limits: CopyLimits): JsonValue | undefined {
  if (typeof value === "string") return spend(limits, value.length + 2) ? value : undefined;
  if (typeof value === "number") {
    if (!Number.isFinite(value) || !spend(limits, 1)) return undefined;
    // JSON has one zero.
    return value === 0 ? 0 : value;
  }
  if (value === null) return spend(limits, 4) ? null : undefined;
  if (typeof value === "boolean") return spend(limits, 4) ? value : undefined;
  if (typeof value !== "object" || depth === 0 || !spend(limits, 2)) return undefined;
  return Array.isArray(value) ? copyArray(value, depth - 1, limits) : copyObject(value, depth - 1, limits);
}

function copyArray(value: readonly unknown[], depth: number, limits: CopyLimits): JsonValue | undefined {
  const copy: JsonValue[] = [];
  const length: unknown = value.length;
  if (typeof length !== "number") return undefined;
  for (let at = 0; at < length; at++) {
    const item = copyValue(value[at], depth, limits);
    if (item === undefined) return undefined;
    copy.push(item);
  }
  return copy;
}

function copyObject(value: object, depth: number, limits: CopyLimits): JsonValue | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  const copy: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) {
    const property: unknown = Reflect.get(value, key);
    if (property === undefined) continue;
    const item = key === "__proto__" ? undefined : copyValue(property, depth, limits);
    if (item === undefined || !spend(limits, key.length + 3)) return undefined;
    copy[key] = item;
  }
  return copy;
}

function spend(limits: CopyLimits, characters: number): boolean {
  limits.left -= characters;
  return limits.left >= 0;
}
