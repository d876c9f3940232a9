import { eventLoopTurn, meets, queryLimits } from "@holdfast/core";
import type { Condition, DriverQuery, FoundRecord, Scalar } from "@holdfast/core";
import { narrowPath, orderedPath, wholeType } from "./access-path.ts";
import type { Path } from "./access-path.ts";
import { boundsOf } from "./bounds.ts";
import type { TypeModel } from "./compiled-model.ts";
import { slotValue } from "./entry.ts";
import type { Entry } from "./entry.ts";
import { rowsPerTurn } from "./rows-per-turn.ts";
import { RowOrder } from "./row-order.ts";
import type { State } from "./state.ts";
import { walk } from "./walk.ts";

const omitted = { text: "{}", body: {} };

/** Up to so many candidates of an index are sorted rather than walking past all records in the order asked. */
const fewEntries = 2048;

/** Long reads give others their turn, which is safe because a state that was published never changes. */
export async function findPage(state: State, tenant: string, query: DriverQuery): Promise<readonly FoundRecord[]> {
  const type = state.model.typeOf(query.type);
  const order = new RowOrder(type, query.order);
  const entries = await firstEntries(state, tenant, type, query, order);
  return entries.map((entry) => ({
    record: query.omitBody ? { ...entry.record, ...omitted } : entry.record,
    place: order.placeOf(entry),
  }));
}

export async function countMatches(state: State, tenant: string, typeName: string, where: Condition): Promise<number> {
  if (where.kind === "constant") return where.value ? state.tally(tenant, typeName).records : 0;
  let count = 0;
  await visitMatches(state.model.typeOf(typeName), await candidates(state, tenant, typeName, where), where, () => {
    count++;
  });
  return count;
}

export async function countValues(
  state: State,
  tenant: string,
  typeName: string,
  field: string,
  where: Condition,
): Promise<ReadonlyMap<Scalar, number>> {
  const type = state.model.typeOf(typeName);
  const slot = type.slotOf(field);
  const counts = new Map<Scalar, number>();
  await visitMatches(type, await candidates(state, tenant, typeName, where), where, (entry) => {
    const value = slotValue(entry, slot);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  });
  return counts;
}

async function candidates(state: State, tenant: string, typeName: string, where: Condition): Promise<Iterable<Entry>> {
  const type = state.model.typeOf(typeName);
  const path = narrowPath(type, tenant, state, boundsOf(where)) ?? wholeType(type, tenant, state);
  await orderOf(state, path);
  return path.way;
}

/** To be awaited before the way is taken, where its order is not kept yet. */
function orderOf(state: State, { index }: Path<unknown>): Promise<void> | undefined {
  return index === undefined ? undefined : state.ready(index);
}

/** Along an index that keeps the order where there is one; by sorting where not, or where that means far fewer. */
async function firstEntries(
  state: State,
  tenant: string,
  type: TypeModel,
  query: DriverQuery,
  order: RowOrder,
): Promise<readonly Entry[]> {
  const bounds = boundsOf(query.where);
  const ordered = orderedPath(type, tenant, query, bounds);
  const narrow = narrowPath(type, tenant, state, bounds);
  if (ordered === undefined) {
    const path = narrow ?? wholeType(type, tenant, state);
    const waiting = orderOf(state, path);
    if (waiting !== undefined) await waiting;
    return firstSorted(type, path.way, query, order);
  }
  if (narrow !== undefined && narrow.fit > ordered.fit) {
    const waiting = orderOf(state, narrow);
    if (waiting !== undefined) await waiting;
    const few = upTo(narrow.isById ? queryLimits.idsMost : fewEntries, narrow.way);
    if (few !== undefined) return firstSorted(type, few, query, order);
  }
  const waiting = orderOf(state, ordered);
  if (waiting !== undefined) await waiting;
  return firstInTurn(type, walk(state, ordered.way), query);
}

async function firstInTurn(
  type: TypeModel,
  entries: Iterable<Entry>,
  { where, limit }: DriverQuery,
): Promise<readonly Entry[]> {
  const first: Entry[] = [];
  await visitMatches(type, entries, where, (entry) => {
    first.push(entry);
    return first.length < limit ? undefined : "enough";
  });
  return first;
}

/** Keeps no more than a few times `limit` entries, however many there are. */
async function firstSorted(
  type: TypeModel,
  entries: Iterable<Entry>,
  { where, limit, after }: DriverQuery,
  order: RowOrder,
): Promise<readonly Entry[]> {
  const keptMost = limit * 2 + rowsPerTurn;
  let kept: Entry[] = [];
  let last: Entry | undefined;
  await visitMatches(type, entries, where, (entry) => {
    if (after !== undefined && !order.isBehind(entry, after)) return;
    if (last !== undefined && order.compare(entry, last) > 0) return;
    if (kept.push(entry) < keptMost) return;
    kept = kept.sort(order.compare).slice(0, limit);
    last = kept.at(-1);
  });
  return kept.sort(order.compare).slice(0, limit);
}

async function visitMatches(
  type: TypeModel,
  entries: Iterable<Entry>,
  where: Condition,
  visit: (entry: Entry) => "enough" | undefined | void,
): Promise<void> {
  let seen = 0;
  for (const entry of entries) {
    if (++seen % rowsPerTurn === 0) await eventLoopTurn();
    if (!meets(where, (field) => slotValue(entry, type.slotOf(field)))) continue;
    if (visit(entry) === "enough") return;
  }
}

/** All of the entries if there are no more than so many. */
function upTo(most: number, entries: Iterable<Entry>): readonly Entry[] | undefined {
  const all: Entry[] = [];
  for (const entry of entries) if (all.push(entry) > most) return undefined;
  return all;
}
