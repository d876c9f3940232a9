import type { JsonValue } from "@holdfast/core";

/** One step of a list-append transaction: a value put at the end of a list, or a list read (null before it was read). */
export type MicroOp =
  | readonly ["append", key: number, value: number]
  | readonly ["r", key: number, list: readonly number[] | null];

/** The micro-operations in a history's value. */
export function microOpsOf(value: JsonValue): readonly MicroOp[] {
  if (!Array.isArray(value)) throw new Error(`not a transaction: ${JSON.stringify(value)}`);
  return (value as readonly JsonValue[]).map(microOpOf);
}

function microOpOf(op: JsonValue): MicroOp {
  const [f, key, value] = Array.isArray(op) ? (op as readonly JsonValue[]) : [];
  if (typeof key === "number") {
    if (f === "append" && typeof value === "number") return [f, key, value];
    if (f === "r" && (value === null || isList(value))) return [f, key, value];
  }
  throw new Error(`not a micro-operation: ${JSON.stringify(op)}`);
}

function isList(value: JsonValue | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => typeof each === "number");
}
