/**
 * A deep copy in which lists and plain objects are frozen; dates, sets and maps are copied. An instance of any other
 * class is shared: whoever declared a codec for it knows whether it can change.
 */
export function frozenCopy<T>(value: T): T;
export function frozenCopy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map((each: unknown) => frozenCopy(each)));
  if (value instanceof Date) return new Date(value);
  if (value instanceof Set) return new Set(Array.from(value, (each: unknown) => frozenCopy(each)));
  if (value instanceof Map) {
    return new Map(Array.from(value, ([key, held]: [unknown, unknown]) => [frozenCopy(key), frozenCopy(held)]));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.freeze(
    Object.fromEntries(Object.entries(value).map(([key, held]: [string, unknown]) => [key, frozenCopy(held)])),
  );
}
