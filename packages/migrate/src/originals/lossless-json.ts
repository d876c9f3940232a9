/**
 * What a JSON text of Python's says, with what `JSON.parse` would lose: NaN and the infinities are numbers, an integer
 * beyond 2^53 is a bigint, and an object is a Map, which keeps the order of its names and has none that is special.
 */
export type LosslessJson = null | boolean | string | number | bigint | readonly LosslessJson[] | LosslessObject;
export type LosslessObject = ReadonlyMap<string, LosslessJson>;

/** Where in a value: the names of objects and the places in lists that lead there. */
export type JsonPath = readonly (string | number)[];

export function isLosslessObject(value: LosslessJson | undefined): value is LosslessObject {
  return value instanceof Map;
}

export function isLosslessList(value: LosslessJson | undefined): value is readonly LosslessJson[] {
  return Array.isArray(value);
}

/** The value as one line of JSON, with bare `NaN`, `Infinity` and `-Infinity`. */
export function losslessText(value: LosslessJson): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0.0" : String(value);
  if (isLosslessList(value)) return `[${value.map(losslessText).join(",")}]`;
  if (!isLosslessObject(value)) return JSON.stringify(value);
  return `{${[...value].map(([name, held]) => `${JSON.stringify(name)}:${losslessText(held)}`).join(",")}}`;
}
