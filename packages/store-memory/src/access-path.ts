import type { DriverQuery, OrderTerm, Scalar } from "@holdfast/core";
import type { Bounds } from "./bounds.ts";
import type { IndexSpec, TypeModel } from "./compiled-model.ts";
import type { Entry } from "./entry.ts";
import type { State } from "./state.ts";
import { walk } from "./walk.ts";
import type { Walk } from "./walk.ts";

/** A way to the records that a condition may meet, and how closely it fits: 2 for each fixed field, 1 for a range. */
export interface Path<Way> {
  readonly way: Way;
  /** Along which it goes; undefined where records are found by their ids. */
  readonly index: IndexSpec | undefined;
  readonly fit: number;
}

/** The way that gives the records in the order asked, from the place asked: undefined where no index keeps it. */
export function orderedPath(
  type: TypeModel,
  tenant: string,
  query: DriverQuery,
  bounds: Bounds,
): Path<Walk> | undefined {
  const free = query.order.filter(({ field }) => !bounds.fixed.has(field));
  const id = free.at(-1);
  if (id?.field !== "id" || !isPlaceFixed(query, bounds)) return undefined;
  const wanted = free.slice(0, -1);
  for (const index of type.indexes) {
    const { depth, values } = fixedValues(index, bounds);
    const rest = index.fields.slice(depth);
    if (rest.length !== wanted.length || !rest.every((field, at) => wanted[at]?.field === field)) continue;
    const range = rest[0] === undefined ? undefined : bounds.ranges.get(rest[0]);
    const after = query.after?.filter((_value, at) => free.includes(query.order[at] ?? id));
    const descending = free.map((term) => term.descending);
    const way = { index, tenant, values, descending, ...(range && { range }), ...(after && { after }) };
    return { way, index, fit: depth * 2 + (range === undefined ? 0 : 1) };
  }
  return undefined;
}

/** The entries among which all that meet the condition are, each once, in no order: undefined where that is all. */
export function narrowPath(
  type: TypeModel,
  tenant: string,
  state: State,
  bounds: Bounds,
): (Path<Iterable<Entry>> & { readonly isById: boolean }) | undefined {
  const ids = bounds.fixed.has("id") ? [bounds.fixed.get("id") ?? null] : bounds.listed.get("id");
  if (ids !== undefined) {
    const way = entriesByIds(state, type, tenant, ids);
    return { way, index: undefined, fit: Number.POSITIVE_INFINITY, isById: true };
  }
  let best: Path<readonly Walk[]> | undefined;
  for (const index of type.indexes) {
    const path = narrowWalks(index, tenant, bounds);
    if (path.fit > (best?.fit ?? 0)) best = path;
  }
  if (best === undefined) return undefined;
  const { way, index, fit } = best;
  return { way: entriesAlong(state, way), index, fit, isById: false };
}

export function wholeType({ byCreation: index }: TypeModel, tenant: string, state: State): Path<Iterable<Entry>> {
  return { way: walk(state, { index, tenant, values: [], descending: [false] }), index, fit: 0 };
}

function narrowWalks(index: IndexSpec, tenant: string, bounds: Bounds): Path<readonly Walk[]> {
  const { depth, values } = fixedValues(index, bounds);
  const way: Walk = { index, tenant, values, descending: [false] };
  const next = index.fields[depth];
  const listed = next === undefined ? undefined : bounds.listed.get(next);
  if (listed !== undefined) {
    return { way: listed.map((value) => ({ ...way, values: [...values, value] })), index, fit: depth * 2 + 1 };
  }
  const range = next === undefined ? undefined : bounds.ranges.get(next);
  return range === undefined
    ? { way: [way], index, fit: depth * 2 }
    : { way: [{ ...way, range }], index, fit: depth * 2 + 1 };
}

function fixedValues(
  index: IndexSpec,
  { fixed }: Bounds,
): { readonly depth: number; readonly values: readonly Scalar[] } {
  const open = index.fields.findIndex((field) => !fixed.has(field));
  const depth = open === -1 ? index.fields.length : open;
  return { depth, values: index.fields.slice(0, depth).map((field) => fixed.get(field) ?? null) };
}

/** Whether the place to start behind has the fixed values: then it is a place along the index too. */
function isPlaceFixed({ order, after }: DriverQuery, { fixed }: Bounds): boolean {
  const agrees = ({ field }: OrderTerm, at: number): boolean => !fixed.has(field) || fixed.get(field) === after?.[at];
  return after === undefined || order.every(agrees);
}

function* entriesByIds(state: State, { type }: TypeModel, tenant: string, ids: readonly Scalar[]): Iterable<Entry> {
  for (const id of ids) {
    const entry = typeof id === "string" ? state.get({ tenant, type, id }) : undefined;
    if (entry !== undefined) yield entry;
  }
}

function* entriesAlong(state: State, ways: readonly Walk[]): Iterable<Entry> {
  for (const way of ways) yield* walk(state, way);
}
