import { isJsonObject, type JsonValue, type StoredRecord } from "@holdfast/core";

/** How many fields of one record are named. */
const namedMost = 20;
const systemFields = ["version", "documentVersion", "created", "updated"] as const;

/**
 * Which fields of two states of a record differ: `version`, `updated`, `body.title`, `body.steps[3].cost`. Where all values
 * are equal, and only the members of an object stand in another order, the object is named with "(order)". Never a value.
 */
export function differingFields(a: StoredRecord, b: StoredRecord): readonly string[] {
  const names: string[] = systemFields.filter((name) => a[name] !== b[name]);
  for (const name of differingParts("body", a.body, b.body)) {
    if (names.length === namedMost) return [...names, "…"];
    names.push(name);
  }
  return names;
}

function* differingParts(path: string, a: JsonValue, b: JsonValue): Generator<string, void> {
  if (isList(a) && isList(b)) return yield* differingItems(path, a, b);
  if (!isJsonObject(a) || !isJsonObject(b)) {
    if (a !== b) yield path;
    return;
  }
  const [own, other] = [Object.keys(a), Object.keys(b)];
  const all = new Set([...own, ...other]);
  for (const key of all) {
    const [left, right] = [ownValue(a, key), ownValue(b, key)];
    const name = `${path}${memberText(key)}`;
    if (left === undefined || right === undefined) yield name;
    else yield* differingParts(name, left, right);
  }
  const isSameSet = own.length === all.size && other.length === all.size;
  if (isSameSet && own.some((key, at) => key !== other[at])) yield `${path} (order)`;
}

function* differingItems(path: string, a: readonly JsonValue[], b: readonly JsonValue[]): Generator<string, void> {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [left, right] = [a[at], b[at]];
    if (left === undefined || right === undefined) yield `${path}[${at}]`;
    else yield* differingParts(`${path}[${at}]`, left, right);
  }
}

function ownValue(value: { readonly [key: string]: JsonValue }, key: string): JsonValue | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function memberText(key: string): string {
  return /^[\w$]{1,60}$/.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, 60))}]`;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
