import type { DriverGroup, DriverKey, DriverOp, FieldValues, RecordText } from "./driver.ts";
import { eventLoopTurn } from "./event-loop-turn.ts";
import type { Expect, Refusal, Scalar, Tombstone } from "./record.ts";

/** Ops that are planned before the event loop has its turn. */
const opsPerTurn = 2_000;

/** What a driver knows of a key before a round: enough to judge expectations and to number the next version. */
export type KeyState =
  | { readonly kind: "live"; readonly version: number; readonly created: number; readonly fields: FieldValues }
  | { readonly kind: "buried"; readonly version: number };

/** What a round leaves at a key that it wrote. */
export type KeyChange =
  | { readonly kind: "put"; readonly record: RecordText; readonly fields: FieldValues }
  | { readonly kind: "bury"; readonly tombstone: Tombstone };

export type PlannedResult =
  | { readonly ok: true; readonly record?: RecordText }
  /** `key`: whose stored record the driver gives with the refusal, unless the batch was at fault. */
  | { readonly ok: false; readonly why: Refusal; readonly key: DriverKey };

export interface RoundPlan {
  /** One entry a group, one result an op. */
  readonly results: readonly (readonly PlannedResult[])[];
  /** The final state of each key that changes, by `keyText`, in the order in which the round came by them. */
  readonly changes: ReadonlyMap<string, KeyChange>;
}

/** One text for one key, which sorts by tenant, type and id. None of the three can hold a NUL. */
export function keyText(key: DriverKey): string {
  return `${key.tenant}\0${key.type}\0${key.id}`;
}

export function opKey(op: DriverOp): DriverKey {
  return { tenant: op.tenant, type: op.type, id: op.id };
}

/** The keys that a round touches, each once, sorted. */
export function roundKeys(groups: readonly DriverGroup[]): readonly DriverKey[] {
  const keys = new Map<string, DriverKey>();
  for (const group of groups) for (const op of group) keys.set(keyText(op), opKey(op));
  return [...sortedByKey(keys).values()];
}

/**
 * Decides a round: what each op answers and what each key holds afterwards. Groups are taken in order, each sees those
 * before it, and a group with a refused op changes nothing. `stamp` gives one rising time for each record written.
 */
export function planRound(
  groups: readonly DriverGroup[],
  stateOf: (key: string, of: DriverKey) => KeyState | undefined,
  stamp: () => number,
): RoundPlan | Promise<RoundPlan> {
  const lone = loneOp(groups);
  if (lone !== undefined) return planLone(lone, stateOf, stamp);
  const steps = planSteps(groups, stateOf, stamp);
  const first = steps.next();
  return first.done === true ? first.value : planInTurns(steps);
}

/** The one op of a round that has no other and is built on none: most rounds are such. */
function loneOp(groups: readonly DriverGroup[]): DriverOp | undefined {
  const op = groups.length === 1 && groups[0]?.length === 1 ? groups[0][0] : undefined;
  return op?.kind === "put" && op.after !== undefined ? undefined : op;
}

/** What `planSteps` comes to for one op, without what it takes for many. */
function planLone(
  op: DriverOp,
  stateOf: (key: string, of: DriverKey) => KeyState | undefined,
  stamp: () => number,
): RoundPlan {
  const key = keyText(op);
  const changes = new Map<string, KeyChange>();
  return { results: [[planOp(op, key, stateOf(key, op), stamp, changes)]], changes };
}

async function planInTurns(steps: Iterator<undefined, RoundPlan>): Promise<RoundPlan> {
  for (;;) {
    await eventLoopTurn();
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Stops wherever the event loop shall have its turn. */
function* planSteps(
  groups: readonly DriverGroup[],
  stateOf: (key: string, of: DriverKey) => KeyState | undefined,
  stamp: () => number,
): Generator<undefined, RoundPlan> {
  const changes = new Map<string, KeyChange>();
  const results: (readonly PlannedResult[])[] = [];
  const footings = footingsOf(groups);
  const done = new Set<DriverGroup>();
  let planned = 0;
  for (const group of groups) {
    // What one op changes is done with it.
    const ahead = group.length === 1 ? changes : new Map<string, KeyChange>();
    const answers: PlannedResult[] = [];
    for (const op of group) {
      const key = keyText(op);
      const change = ahead === changes ? changes.get(key) : (ahead.get(key) ?? changes.get(key));
      const state = change === undefined ? stateOf(key, op) : stateAfter(change);
      const isFooted = op.kind !== "put" || op.after === undefined || done.has(op.after);
      answers.push(isFooted ? planOp(op, key, state, stamp, ahead) : { ok: false, why: "version", key: opKey(op) });
      if (++planned % opsPerTurn === 0) yield undefined;
    }
    const isDone = answers.every((answer) => answer.ok);
    if (isDone) {
      if (footings.has(group)) done.add(group);
      if (ahead !== changes) for (const [key, change] of ahead) changes.set(key, change);
    }
    results.push(isDone ? answers : answers.map((answer, at) => undone(answer, group[at])));
  }
  return { results, changes };
}

/** The groups that others are built on. */
function footingsOf(groups: readonly DriverGroup[]): ReadonlySet<DriverGroup> {
  const footings = new Set<DriverGroup>();
  for (const group of groups) {
    for (const op of group) if (op.kind === "put" && op.after !== undefined) footings.add(op.after);
  }
  return footings;
}

/** What puts leave are copies of these, as is all that a batch keeps by the thousand: docs/decisions/0068. */
const recordShape: RecordText = {
  type: "",
  tenant: "",
  id: "",
  version: 0,
  documentVersion: 0,
  created: 0,
  updated: 0,
  text: "",
};
const changeShape: Extract<KeyChange, { kind: "put" }> = { kind: "put", record: recordShape, fields: new Map() };
const resultShape: Extract<PlannedResult, { ok: true }> = { ok: true, record: recordShape };

function planOp(
  op: DriverOp,
  key: string,
  state: KeyState | undefined,
  stamp: () => number,
  ahead: Map<string, KeyChange>,
): PlannedResult {
  if (op.kind === "restore" || op.kind === "bury") return planRestore(op, key, state, ahead);
  const why = refusal(op.expect, op.kind === "put" ? op.match : undefined, state);
  if (why !== undefined) return { ok: false, why, key: opKey(op) };
  const version = (state?.version ?? 0) + 1;
  const { tenant, type, id } = op;
  switch (op.kind) {
    case "check":
      return { ok: true };
    case "delete":
      if (state?.kind === "live") {
        ahead.set(key, { kind: "bury", tombstone: { tenant, type, id, version, deleted: stamp() } });
      }
      return { ok: true };
    case "put": {
      const updated = stamp();
      const created = state?.kind === "live" ? state.created : updated;
      const { documentVersion, text } = op;
      const record = { ...recordShape, type, tenant, id, version, documentVersion, created, updated, text };
      ahead.set(key, { ...changeShape, record, fields: op.fields });
      return { ...resultShape, record };
    }
    default:
      return op satisfies never;
  }
}

function planRestore(
  op: Extract<DriverOp, { kind: "restore" | "bury" }>,
  key: string,
  state: KeyState | undefined,
  ahead: Map<string, KeyChange>,
): PlannedResult {
  const incoming = op.kind === "restore" ? op.record.version : op.tombstone.version;
  if (state !== undefined && incoming <= state.version) return { ok: true };
  if (op.kind === "bury") {
    ahead.set(key, { kind: "bury", tombstone: op.tombstone });
    return { ok: true };
  }
  ahead.set(key, { kind: "put", record: op.record, fields: op.fields });
  return { ok: true, record: op.record };
}

function refusal(
  expect: Expect,
  match: ReadonlyMap<string, Scalar> | undefined,
  state: KeyState | undefined,
): Refusal | undefined {
  const live = state?.kind === "live" ? state : undefined;
  if (expect === "absent" && live !== undefined) return "exists";
  if (expect !== "absent" && expect !== "any" && live === undefined) return "missing";
  if (typeof expect === "number" && live?.version !== expect) return "version";
  if (match === undefined) return undefined;
  if (live === undefined) return "match";
  for (const [field, value] of match) if ((live.fields.get(field) ?? null) !== value) return "match";
  return undefined;
}

function undone(answer: PlannedResult, op: DriverOp | undefined): PlannedResult {
  if (!answer.ok || op === undefined) return answer;
  return { ok: false, why: "batch", key: opKey(op) };
}

function stateAfter(change: KeyChange): KeyState {
  if (change.kind === "bury") return { kind: "buried", version: change.tombstone.version };
  const { version, created } = change.record;
  return { kind: "live", version, created, fields: change.fields };
}

/**
 * The same, sorted by key, for a backend whose writers each lock what they write: so that all of them do it in one order.
 * By UTF-16 unit, as `sort` does when it is given no function.
 */
export function sortedByKey<T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  if (isRising(map.keys())) return map;
  const sorted = new Map<string, T>();
  for (const key of [...map.keys()].sort()) {
    const value = map.get(key);
    if (value !== undefined) sorted.set(key, value);
  }
  return sorted;
}

/** Ids that stores make rise as they are made. */
function isRising(keys: Iterable<string>): boolean {
  let last = "";
  for (const key of keys) {
    if (key < last) return false;
    last = key;
  }
  return true;
}
