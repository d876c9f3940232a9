import { z } from "zod";
import { HoldfastError } from "./errors.ts";
import { invalidEntity, misfit } from "./entity-errors.ts";
import { checkDerived, derivedFields } from "./entity-derived.ts";
import { checkNoProto } from "./entity-proto.ts";
import { upcastBody } from "./entity-upcast.ts";
import { isOwnDocument, ownDocument } from "./entity-verbatim.ts";
import { ownFields } from "./own-fields.ts";
import { systemFields } from "./query.ts";
import { fillDefaults } from "./schema-defaults.ts";
import { isPlainObject } from "./schema-plain-object.ts";
import { keepUnknown } from "./schema-unknown.ts";
import { isVerbatim } from "./schema-verbatim.ts";
import { timestampText } from "./timestamp.ts";
import type { Entity, EntityOf, SystemFields } from "./entity.ts";
import type { OwnDocument } from "./given-document.ts";
import type { JsonObject, RecordKey, StoredRecord } from "./record.ts";
import type { PlainObject } from "./schema-plain-object.ts";
import type { Direction, ValuePath } from "./schema-unknown.ts";

/** An entity of whatever type, as code sees it that serves all of them. */
export interface AnyEntity extends SystemFields {
  readonly [field: string]: unknown;
}

/** The fields that a lifecycle owns; `finishedAt` only where it keeps one. */
export interface LifecycleState {
  readonly status: string;
  readonly finishedAt?: string | null;
}

/**
 * A stored record as an entity: lifted to the schema's version, decoded, with the fields that the schema does not know.
 * INVALID_ENTITY with type, id and path where it does not fit; with reason "newer" where a newer program wrote it.
 */
export function decodeEntity<E extends Entity>(entity: E, record: StoredRecord): EntityOf<E>;
export function decodeEntity(entity: Entity, record: StoredRecord): AnyEntity {
  return decodedEntity(entity, record, upcastBody(entity, record));
}

function decodedEntity(entity: Entity, record: StoredRecord, body: JsonObject): AnyEntity {
  if (isOwnDocument(entity, body)) {
    return { ...body, ...storedState(entity, record, body), ...systemFieldsOf(record) };
  }
  checkNoProto(record, body);
  const state = storedState(entity, record, body);
  const own = { ...ownFields(entity, body), ...derivedFields(entity, record, body) };
  const result = synchronously(record, () => z.safeDecode(entity.schema, own));
  if (!result.success) throw misfit(record, result.error);
  return {
    ...withUnknown(entity, record, own, result.data, "decode"),
    ...state,
    ...systemFieldsOf(record),
  };
}

/**
 * What `decodeEntity` gives of a record that nobody else holds, and that is let go of with it: where the document is what
 * the entity is, it becomes the entity, instead of being copied.
 */
export function takenEntity<E extends Entity>(entity: E, record: StoredRecord): EntityOf<E>;
export function takenEntity(entity: Entity, record: StoredRecord): AnyEntity {
  const body = upcastBody(entity, record);
  // What lifted it may keep what it gave.
  if (body !== record.body || !isOwnDocument(entity, body)) return decodedEntity(entity, record, body);
  return completed(body, record, storedState(entity, record, body));
}

/** The same, where the document was made by `encodeEntity` a moment ago: where the schema keeps every value, it needs no second look. */
export function encodedEntity<E extends Entity>(entity: E, record: StoredRecord): EntityOf<E>;
export function encodedEntity(entity: Entity, record: StoredRecord): AnyEntity {
  if (record.documentVersion !== entity.schemaVersion || !isVerbatim(entity.schema))
    return decodeEntity(entity, record);
  return completed(record.body, record);
}

/** The document itself, with what else an entity has. To add to an object costs a fraction of making another one. */
function completed(document: JsonObject, record: StoredRecord, state?: LifecycleState): AnyEntity {
  return Object.assign(document, state, systemFieldsOf(record));
}

function systemFieldsOf({ id, version, created, updated }: StoredRecord): SystemFields {
  const createdAt = timestampText(created);
  return { id, version, createdAt, updatedAt: updated === created ? createdAt : timestampText(updated) };
}

/**
 * The document of an entity or a draft: defaults filled in, encoded, with the fields that the schema does not know and
 * those of the lifecycle, which are taken from `state` alone; derived fields are derived anew. INVALID_ENTITY where it does not fit the schema.
 */
export function encodeEntity(entity: Entity, id: string, value: object, state?: LifecycleState): JsonObject {
  return encodeOwn(entity, id, value, state).body;
}

/** Documents are kept in copies of it, as is all that a batch keeps by the thousand: docs/decisions/0068. */
const verbatimShape: OwnDocument = { body: {}, isPortable: true };

/** The same, with what is known of the document, which is to be handed over to a write. */
export function encodeOwn(entity: Entity, id: string, value: object, state?: LifecycleState): OwnDocument {
  const key = { type: entity.name, id };
  if (!isPlainObject(value)) throw invalidEntity(key, [], "is not a plain object");
  const verbatim = ownDocument(entity, value);
  if (verbatim === undefined) return { body: encodedBySchema(entity, key, value, state), isPortable: false };
  return { ...verbatimShape, body: state === undefined ? verbatim : { ...verbatim, ...state } };
}

function encodedBySchema(entity: Entity, key: RecordKey, value: PlainObject, state?: LifecycleState): JsonObject {
  checkNoProto(key, value);
  const own = fillDefaults(entity.schema, ownFields<unknown>(entity, { ...value }));
  const result = synchronously(key, () => z.safeEncode(entity.schema, own));
  if (!result.success) throw misfit(key, result.error);
  const body: unknown = withUnknown(entity, key, own, result.data, "encode");
  if (!isDocument(body)) throw invalidEntity(key, [], "is not an object");
  const derived = derivedFields(entity, key, body);
  checkDerived(entity, key, derived);
  return { ...body, ...derived, ...state };
}

/**
 * What `encodeOwn` gives for the entity of a record, in another state and unchanged otherwise, where that is the stored
 * document itself but for its state; undefined wherever that is not certain. The record is nobody else's.
 */
export function movedDocument(entity: Entity, record: StoredRecord, state: LifecycleState): OwnDocument | undefined {
  const { documentVersion, body } = record;
  const isAsWritten =
    documentVersion === entity.schemaVersion && !systemFields.some((name) => Object.hasOwn(body, name));
  return isAsWritten && isOwnDocument(entity, body) ? { body: { ...body, ...state }, isPortable: true } : undefined;
}

/** The lifecycle's own fields of a stored record; undefined for an entity without a lifecycle. */
export function decodeState(entity: Entity, record: StoredRecord): LifecycleState | undefined {
  return storedState(entity, record, upcastBody(entity, record));
}

function storedState({ lifecycle }: Entity, key: RecordKey, body: JsonObject): LifecycleState | undefined {
  if (lifecycle === undefined) return undefined;
  const { status, finishedAt = null } = body;
  if (typeof status !== "string" || !lifecycle.statuses.includes(status)) {
    throw invalidEntity(key, ["status"], "is not a status of the lifecycle");
  }
  if (!lifecycle.finishedAt) return { status };
  if (finishedAt !== null && typeof finishedAt !== "string") {
    throw invalidEntity(key, ["finishedAt"], "is neither text nor null");
  }
  return { status, finishedAt };
}

function withUnknown(entity: Entity, key: RecordKey, from: unknown, to: unknown, direction: Direction): object {
  const meet = (path: ValuePath): void => {
    if (entity.unknownFields === "refuse") throw invalidEntity(key, path, "is not a field of the schema");
  };
  const kept = keepUnknown(entity.schema, from, to, { direction, meet });
  return isPlainObject(kept) ? kept : {};
}

/** zod throws, instead of giving a result, where a schema is asynchronous or goes one way only. */
function synchronously<T>(key: RecordKey, run: () => T): T {
  try {
    return run();
  } catch (thrown) {
    if (!(thrown instanceof z.core.$ZodAsyncError || thrown instanceof z.core.$ZodEncodeError)) {
      throw invalidEntity(key, [], "made its schema's own code fail", thrown);
    }
    const reason = "schemas are synchronous, and codecs instead of transforms";
    throw new HoldfastError(`the schema of "${key.type}" cannot be used: ${reason}`, {
      code: "INVALID_MODEL",
      details: { type: key.type },
      cause: thrown,
    });
  }
}

/** The store checks the values; here it only matters that there are fields. */
function isDocument(value: unknown): value is JsonObject {
  return isPlainObject(value);
}
