import { decodeEntity, encodeEntity, HoldfastError } from "@holdfast/core";
import { draftHead } from "../draft-head.ts";
import { initialState } from "../lifecycle-guard.ts";
import type { Entity, EntityOf, JsonObject, LifecycleState } from "@holdfast/core";

/** An entity as plain objects hold it: without the version and the times, which are a store's. */
export type PlainEntityOf<E extends Entity> = Omit<EntityOf<E>, "version" | "createdAt" | "updatedAt">;

/**
 * The object of an entity or a draft, with all defaults; one that says nothing of its status is at the beginning of its
 * lifecycle. INVALID_ENTITY where it does not fit its schema or its lifecycle; INVALID_ID.
 */
export function objectOfEntity(entity: Entity, draft: object): JsonObject {
  const { id } = draftHead(entity, draft);
  if (id === undefined) throw withoutId(entity);
  const object = { id, ...encodeEntity(entity, id, draft, stateOf(entity, draft)) };
  entityOfObject(entity, object);
  return object;
}

/** The lifecycle's fields of an entity or a draft; undefined without a lifecycle. */
export function stateOf(entity: Entity, draft: object): LifecycleState | undefined {
  const initial = initialState(entity);
  if (initial === undefined) return undefined;
  const { status = initial.status, finishedAt = initial.finishedAt } = draftHead(entity, draft);
  return finishedAt === undefined ? { status } : { status, finishedAt };
}

/** The entity that an object holds. INVALID_ENTITY with the path where it does not fit; INVALID_ID. */
export function entityOfObject<E extends Entity>(entity: E, object: JsonObject): PlainEntityOf<E>;
export function entityOfObject(entity: Entity, object: JsonObject): PlainEntityOf<Entity> {
  const { id, ...body } = object;
  if (typeof id !== "string") throw withoutId(entity);
  const documentVersion = entity.schemaVersion;
  const record = { type: entity.name, tenant: "", id, version: 1, created: 0, updated: 0, documentVersion, body };
  const { version: _version, createdAt: _createdAt, updatedAt: _updatedAt, ...plain } = decodeEntity(entity, record);
  return plain;
}

function withoutId({ name }: Entity): HoldfastError {
  return new HoldfastError(`an object of "${name}" must have an 'id' field, which is a string`, {
    code: "INVALID_ID",
    details: { type: name },
  });
}
