import {
  decodeEntity,
  decodeState,
  encodedEntity,
  encodeEntity,
  encodeOwn,
  handOver,
  HoldfastError,
  movedDocument,
  requireNextStatus,
  systemFields,
  Transition,
} from "@holdfast/core";
import { stateMatch } from "./lifecycle-guard.ts";
import { stateAt } from "./lifecycle-step.ts";
import { changeRecord } from "./change-record.ts";
import { conflict } from "./refusals.ts";
import type { Context } from "./context.ts";
import type { EntityVersion, TransitionOptions, TransitionResult } from "./repository-types.ts";
import type {
  Entity,
  EntityOf,
  LifecycleState,
  OwnDocument,
  RecordChange,
  RecordKey,
  StoredRecord,
  WriteOp,
} from "@holdfast/core";

type Target = string | EntityVersion;
type Options = TransitionOptions<Entity>;

export async function transition(
  context: Context,
  target: Target,
  event: string,
  options: Options,
): Promise<EntityOf<Entity>> {
  const { entity, session } = context;
  const { id, version } = typeof target === "string" ? { id: target } : target;
  const key: RecordKey = { type: entity.name, id };
  const step: Step = { key, event, expected: version, options };
  // Who names a version is refused where another is stored, instead of being tried again.
  const tries = version === undefined ? {} : { tries: 1 };
  return encodedEntity(entity, await changeRecord(session, key, (record) => planStep(context, step, record), tries));
}

export async function tryTransition(
  context: Context,
  target: Target,
  event: string,
  options: Options,
): Promise<TransitionResult<Entity>> {
  try {
    return { ok: true, entity: await transition(context, target, event, options) };
  } catch (error) {
    if (!HoldfastError.is(error)) throw error;
    const { code } = error;
    if (code === "ILLEGAL_TRANSITION" || code === "CONFLICT" || code === "NOT_FOUND") return { ok: false, error };
    throw error;
  }
}

interface Step {
  readonly key: RecordKey;
  readonly event: string;
  /** Undefined where any version will do. */
  readonly expected: number | undefined;
  readonly options: Options;
}

function planStep(context: Context, { key, event, expected, options }: Step, record: StoredRecord): RecordChange {
  if (expected !== undefined && record.version !== expected) throw conflict(key, expected, record.version);
  const { entity, stamps } = context;
  const { lifecycle } = entity;
  const now = decodeState(entity, record);
  if (lifecycle === undefined || now === undefined) throw noLifecycle(key, event);
  const to = requireNextStatus(lifecycle, now.status, event, key);
  const body = handOver(documentAt(entity, record, options.patch ?? {}, stateAt(lifecycle, now, to, stamps)));
  const change = { documentVersion: entity.schemaVersion, body, match: stateMatch(entity, record) };
  if (!lifecycle.history) return change;
  const made = { event, from: now.status, to, entityVersion: record.version + 1 };
  return { ...change, beside: [historyOp(context, key, made, options)] };
}

/** The document at another state, with what the patch says. */
function documentAt(entity: Entity, record: StoredRecord, patch: object, state: LifecycleState): OwnDocument {
  checkPatch(entity, record, patch);
  const isMovedOnly = Object.keys(patch).length === 0;
  const moved = isMovedOnly ? movedDocument(entity, record, state) : undefined;
  return moved ?? encodeOwn(entity, record.id, { ...decodeEntity(entity, record), ...patch }, state);
}

interface Made {
  readonly event: string;
  readonly from: string;
  readonly to: string;
  readonly entityVersion: number;
}

function historyOp({ stamps }: Context, { type, id }: RecordKey, made: Made, { by, reason }: Options): WriteOp {
  const transitionId = stamps.newId();
  const body = encodeEntity(Transition, transitionId, { ...made, entityType: type, entityId: id, by, reason });
  const put = { type: Transition.name, id: transitionId, documentVersion: Transition.schemaVersion, body };
  return { put, expect: "absent" };
}

function checkPatch({ lifecycle }: Entity, { type, id }: RecordKey, patch: object): void {
  const owned: readonly string[] = [
    ...systemFields,
    ...(lifecycle?.finishedAt === true ? ["finishedAt"] : []),
    "status",
  ];
  const field = owned.find((name) => Object.hasOwn(patch, name));
  if (field === undefined) return;
  throw new HoldfastError(`the patch for "${type}" with id "${id}" must not set "${field}"`, {
    code: "INVALID_ENTITY",
    details: { type, id, path: [field] },
  });
}

function noLifecycle({ type, id }: RecordKey, event: string): HoldfastError {
  return new HoldfastError(`"${type}" has no lifecycle, so nothing follows from the event "${event}"`, {
    code: "ILLEGAL_TRANSITION",
    details: { type, id, event, allowed: [] },
  });
}
