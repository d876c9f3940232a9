import type { JsonObject, JsonValue } from "@holdfast/core";

import {
  isLosslessList,
  isLosslessObject,
  type JsonPath,
  type LosslessJson,
  losslessText,
  type LosslessObject,
} from "./lossless-json.ts";

/** A value that could not stay as it is. */
export interface ValueChange {
  readonly path: JsonPath;
  readonly reason: string;
  readonly was?: string;
  readonly became?: string;
}

const notFinite = "JSON has no such number";
const notExact = "JSON's numbers do not hold an integer as large";
const negativeZero = "a negative zero reads back as 0";

/**
 * The value as JSON that a store gives back equal. NaN and the infinities become null, as `JSON.stringify` has them, an
 * integer beyond 2^53 becomes the text of its digits, and -0.0 becomes 0; `onChange` is told of each.
 */
export function storableJson(
  value: LosslessJson,
  onChange: (change: ValueChange) => void,
  path: JsonPath = [],
): JsonValue {
  if (isLosslessList(value)) return value.map((each, at) => storableJson(each, onChange, [...path, at]));
  if (isLosslessObject(value))
    return storableObject(value, (held, name) => storableJson(held, onChange, [...path, name]));
  if (typeof value === "number" || typeof value === "bigint") return storableNumber(value, onChange, { path });
  return value;
}

/** An object with the same names, none of them special. */
function storableObject(value: LosslessObject, convert: (held: LosslessJson, name: string) => JsonValue): JsonObject {
  return Object.fromEntries([...value].map(([name, held]) => [name, convert(held, name)]));
}

export interface NumberPlace {
  readonly path: JsonPath;
  /** Whether the model has a number there, so that no text can stand for one. @default false */
  readonly isNumber?: boolean;
  /** What stands for NaN and the infinities. @default null */
  readonly notFinite?: number | null;
}

/** A number as JSON that a store gives back equal. */
export function storableNumber(
  value: number | bigint,
  onChange: (change: ValueChange) => void,
  { path, isNumber = false, notFinite: instead = null }: NumberPlace,
): JsonValue {
  const [became, reason] = replaced(typeof value === "bigint" && isNumber ? Number(value) : value, instead);
  const isChanged = typeof value === "bigint" || reason !== undefined;
  if (isChanged)
    onChange({ path, reason: reason ?? notExact, was: losslessText(value), became: JSON.stringify(became) });
  return became;
}

function replaced(value: number | bigint, instead: number | null): readonly [JsonValue, string?] {
  if (typeof value === "bigint") return [String(value), notExact];
  if (!Number.isFinite(value)) return [instead, notFinite];
  return Object.is(value, -0) ? [0, negativeZero] : [value];
}
