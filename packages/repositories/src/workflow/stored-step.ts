import { decodeState, HoldfastError, systemStamps, transitionEvent } from "@holdfast/core";
import { frozenCopy } from "../frozen-copy.ts";
import { stateAt, statusAfter } from "../lifecycle-step.ts";
import { notFound } from "../refusals.ts";
import { transition } from "../transition.ts";
import { changeIn } from "./crud-storage.ts";
import { entityOfObject, objectOfEntity, stateOf } from "./plain-entity.ts";
import type { Step } from "../lifecycle-step.ts";
import type { RepositoryOptions, TransitionOptions } from "../repository-types.ts";
import type { CrudStorage } from "./crud-storage.ts";
import type { PlainEntityOf } from "./plain-entity.ts";
import type { StepResult } from "./step-result.ts";
import type {
  Entity,
  JsonObject,
  Lifecycle,
  LifecycleState,
  Model,
  RecordKey,
  Store,
  StoreSession,
} from "@holdfast/core";

/** A storage with a store underneath, in which a step is one transaction. */
export interface OverStore {
  store(): Promise<Store>;
  /** What the store was opened with. */
  readonly model?: Model;
}

/** What an entity's step is about. */
export interface StoredStep<E extends Entity = Entity> {
  readonly entity: E;
  readonly storage: CrudStorage | OverStore;
  /** The id of what is stored, or the entity itself, which is stored where it is not yet. */
  readonly value: string | { readonly id: string };
  readonly step: Step;
  readonly options: TransitionOptions<E> & RepositoryOptions;
}

/** Does a step of a lifecycle on what is stored; one that is not allowed is a result. */
export async function storedStep<E extends Entity>(about: StoredStep<E>): Promise<StepResult<PlainEntityOf<E>>>;
export async function storedStep(about: StoredStep): Promise<StepResult<PlainEntityOf<Entity>>> {
  try {
    // What is handed in is the caller's again while we look, so nothing of it may be shared.
    return {
      ok: true,
      entity: await done({ ...about, value: frozenCopy(about.value), options: frozenCopy(about.options) }),
    };
  } catch (error) {
    if (!HoldfastError.is(error)) throw error;
    const { code } = error;
    if (code !== "ILLEGAL_TRANSITION" && code !== "CONFLICT" && code !== "NOT_FOUND") throw error;
    return { ok: false, message: error.message, error };
  }
}

async function done(about: StoredStep): Promise<PlainEntityOf<Entity>> {
  const { entity, storage, value } = about;
  const { lifecycle } = entity;
  if (lifecycle === undefined) {
    throw new HoldfastError(`"${entity.name}" has no lifecycle, so nothing steps`, {
      code: "INVALID_CONFIG",
      details: { type: entity.name },
    });
  }
  const key = { type: entity.name, id: typeof value === "string" ? value : value.id };
  if (!isOverStore(storage)) return inObjects(about, storage, lifecycle, key);
  const store = await storage.store();
  return store.transaction(async (session) => inStore(about, session, lifecycle, key));
}

/** The entity as the storage's own model declares it: with a history, say, or with what is secret sealed. */
export function entityIn<E extends Entity>(storage: object, entity: E): E;
export function entityIn(storage: object, entity: Entity): Entity {
  const entities = isOverStore(storage) ? storage.model?.entities : undefined;
  return entities?.find(({ name }) => name === entity.name) ?? entity;
}

export function isOverStore(storage: object): storage is OverStore {
  return "store" in storage;
}

async function inStore(
  { entity, value, step, options }: StoredStep,
  session: StoreSession,
  lifecycle: Lifecycle,
  key: RecordKey,
): Promise<PlainEntityOf<Entity>> {
  const { stamps = systemStamps } = options;
  const [record] = await session.get(key.type, [key.id]);
  const state = record === undefined ? firstState(entity, key, value) : decodeState(entity, record);
  if (record === undefined) {
    const { id: _id, ...body } = firstObject(entity, key, value);
    await session.write([{ put: { ...key, documentVersion: entity.schemaVersion, body }, expect: "absent" }]);
  }
  const event = eventOf(lifecycle, state?.status ?? lifecycle.initial, step, key);
  return transition({ entity, session, stamps }, key.id, event, options);
}

/** The event that does the step; ILLEGAL_TRANSITION where none does. */
function eventOf(lifecycle: Lifecycle, status: string, step: Step, key: RecordKey): string {
  if ("event" in step) return step.event;
  return transitionEvent(lifecycle, status, statusAfter(lifecycle, status, step, key)) ?? "";
}

async function inObjects(
  { entity, value, step, options }: StoredStep,
  storage: CrudStorage,
  lifecycle: Lifecycle,
  key: RecordKey,
): Promise<PlainEntityOf<Entity>> {
  if (lifecycle.history) {
    throw new HoldfastError(`"${key.type}" keeps a history, which takes a StorageManager`, {
      code: "INVALID_CONFIG",
      details: { type: key.type },
    });
  }
  const changed = await changeIn(storage, key.type, key.id, (now) => {
    const before = entityOfObject(entity, now ?? firstObject(entity, key, value));
    const state = stateOf(entity, before) ?? { status: lifecycle.initial };
    const status = statusAfter(lifecycle, state.status, step, key);
    const after = stateAt(lifecycle, state, status, options.stamps ?? systemStamps);
    return objectOfEntity(entity, { ...before, ...options.patch, ...after });
  });
  return entityOfObject(entity, changed);
}

function firstObject(entity: Entity, key: RecordKey, value: StoredStep["value"]): JsonObject {
  if (typeof value === "string") throw notFound(key);
  return objectOfEntity(entity, value);
}

function firstState(entity: Entity, key: RecordKey, value: StoredStep["value"]): LifecycleState | undefined {
  if (typeof value === "string") throw notFound(key);
  return stateOf(entity, value);
}
