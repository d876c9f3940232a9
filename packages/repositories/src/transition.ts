import {
  decodeEntity,
  decodeState,
  encodedEntity,
  encodeEntity,
  HoldfastError,
  requireNextStatus,
  systemFields,
  Transition,
} from "@holdfast/core";
import { stateMatch } from "./lifecycle-guard.ts";
import { stateAt } from "./lifecycle-step.ts";
import { conflict, notFound, refusedOp, writtenRecord } from "./refusals.ts";
import { retryConflicts } from "./retry-conflicts.ts";
import type { Context } from "./context.ts";
import type { EntityVersion, TransitionOptions, TransitionResult } from "./repository-types.ts";
import type { Entity, EntityOf, RecordKey, WriteOp } from "@holdfast/core";

type Target = string | EntityVersion;
type Options = TransitionOptions<Entity>;

export async function transition(
  context: Context,
  target: Target,
  event: string,
  options: Options,
): Promise<EntityOf<Entity>> {
  if (typeof target === "string") return retryConflicts(() => step(context, target, undefined, event, options));
  return step(context, target.id, target.version, event, options);
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

async function step(
  context: Context,
  id: string,
  expected: number | undefined,
  event: string,
  options: Options,
): Promise<EntityOf<Entity>> {
  const { entity, session } = context;
  const key: RecordKey = { type: entity.name, id };
  const [record] = await session.get(key.type, [id]);
  if (record === undefined) throw notFound(key);
  if (expected !== undefined && record.version !== expected) throw conflict(key, expected, record.version);
  const { lifecycle } = entity;
  const now = decodeState(entity, record);
  if (lifecycle === undefined || now === undefined) throw noLifecycle(key, event);
  const to = requireNextStatus(lifecycle, now.status, event, key);
  checkPatch(entity, key, options.patch ?? {});
  const changed = { ...decodeEntity(entity, record), ...options.patch };
  const body = encodeEntity(entity, id, changed, stateAt(lifecycle, now, to, context.stamps));
  const match = stateMatch(entity, record) ?? {};
  const put: WriteOp = {
    put: { ...key, documentVersion: entity.schemaVersion, body },
    expect: record.version,
    match,
  };
  const made = { event, from: now.status, to, entityVersion: record.version + 1 };
  const results = await session.write(lifecycle.history ? [put, historyOp(context, key, made, options)] : [put]);
  const refused = refusedOp(results);
  if (refused !== undefined) throw conflict(key, record.version, refused.record?.version);
  return encodedEntity(entity, writtenRecord(key, results[0]));
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
