import type { Scalar } from "@holdfast/core";
import type { IndexSpec } from "./compiled-model.ts";
import { slotValue } from "./entry.ts";
import type { Entry } from "./entry.ts";
import { behind, encodeId, encodeValue, indexPrefix, next, spanOf } from "./index-key.ts";
import type { Span } from "./index-key.ts";
import type { State } from "./state.ts";

/** A way along an index: only what begins with `values`, in the directions of the fields that are left. */
export interface Walk {
  readonly index: IndexSpec;
  readonly tenant: string;
  readonly values: readonly Scalar[];
  /** Whether each field behind the values descends, and lastly whether `id` does. */
  readonly descending: readonly boolean[];
  /** Narrows the first field behind the values. */
  readonly range?: Span;
  /** Starts strictly behind this place: a value for each field behind the values, and lastly the id. */
  readonly after?: readonly Scalar[];
}

/** The entries along the way, found without looking at any before its start. */
export function walk(state: State, way: Walk): Iterable<Entry> {
  const isStraight = way.descending.every((each) => each === way.descending[0]);
  return isStraight ? straight(state, way) : inGroups(state, way);
}

function straight(state: State, way: Walk): Iterable<Entry> {
  const direction = directionOf(way);
  const { index, tenant, values, after } = way;
  if (after === undefined) return state.along(index, wholeSpan(way), direction);
  const place = indexPrefix(index, tenant, [...values, ...after.slice(0, -1)]) + encodeId(String(after.at(-1)));
  return state.along(index, rest(wholeSpan(way), direction === "down" ? place : next(place), direction), direction);
}

/** Fields of different directions: one value of the first field after the other, each walked in its own way. */
function* inGroups(state: State, way: Walk): Iterable<Entry> {
  const { index, tenant, values, after } = way;
  const direction = directionOf(way);
  const descending = way.descending.slice(1);
  const slot = index.slots[values.length];
  if (slot === undefined) return;
  let span = wholeSpan(way);
  const [value, ...placeInGroup] = after ?? [];
  if (value !== undefined) {
    yield* walk(state, { index, tenant, values: [...values, value], descending, after: placeInGroup });
    span = behindGroup(span, way, value, direction);
  }
  for (
    let [first] = state.along(index, span, direction);
    first !== undefined;
    [first] = state.along(index, span, direction)
  ) {
    const groupValue = slotValue(first, slot);
    yield* walk(state, { index, tenant, values: [...values, groupValue], descending });
    span = behindGroup(span, way, groupValue, direction);
  }
}

function directionOf(way: Walk): "up" | "down" {
  return way.descending[0] === true ? "down" : "up";
}

function wholeSpan({ index, tenant, values, range }: Walk): Span {
  const prefix = indexPrefix(index, tenant, values);
  return range === undefined ? spanOf(prefix) : { low: prefix + range.low, high: prefix + range.high };
}

/** What is left of the span when walking starts at this key. */
function rest({ low, high }: Span, start: string, direction: "up" | "down"): Span {
  if (direction === "down") return { low, high: start < high ? start : high };
  return { low: start > low ? start : low, high };
}

function behindGroup(span: Span, { index, tenant, values }: Walk, value: Scalar, direction: "up" | "down"): Span {
  const group = indexPrefix(index, tenant, values) + encodeValue(value);
  return rest(span, direction === "down" ? group : behind(group), direction);
}
