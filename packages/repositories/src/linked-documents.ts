import { decodeEntity, decodeState, derivedFields, encodeEntity } from "@holdfast/core";
import { conflict, notFound, refusedOp } from "./refusals.ts";
import type { Entity, JsonObject, RecordKey, StoredRecord, StoreSession, WriteOp, WriteResult } from "@holdfast/core";

interface LinkedDocument {
  readonly entity: Entity;
  readonly record: StoredRecord;
  /** On its encoded side, lifted to the schema's version, as it is to be. */
  body: JsonObject;
  isChanged: boolean;
}

/**
 * The stored documents that one step of a relation reads and changes, each once, so that a record that refers to itself
 * is written once too. The write expects all of them, changed or not, as they were read; else CONFLICT.
 */
export class LinkedDocuments {
  readonly #session: StoreSession;
  readonly #documents = new Map<string, LinkedDocument>();

  constructor(session: StoreSession) {
    this.#session = session;
  }

  /** Reads what is not read yet; those that are not stored are left out. */
  async read(entity: Entity, ids: readonly string[]): Promise<void> {
    const unread = [...new Set(ids)].filter((id) => !this.#documents.has(keyOf({ type: entity.name, id })));
    if (unread.length === 0) return;
    for (const record of await this.#session.get(entity.name, unread)) {
      if (record === undefined) continue;
      const body = encodeEntity(entity, record.id, decodeEntity(entity, record), decodeState(entity, record));
      this.#documents.set(keyOf(record), { entity, record, body, isChanged: false });
    }
  }

  /** The stored record; NOT_FOUND. */
  stored(key: RecordKey): StoredRecord {
    return this.#existing(key).record;
  }

  has(key: RecordKey): boolean {
    return this.#documents.has(keyOf(key));
  }

  /** Sets one field of the encoded side; INVALID_ENTITY where the schema does not take it. */
  setReference(key: RecordKey, field: string, id: string | null): void {
    const document = this.#existing(key);
    if ((document.body[field] ?? null) !== id) change(document, { ...document.body, [field]: id });
  }

  /** Changes a list of ids; INVALID_ENTITY where the schema does not take it. */
  setList(key: RecordKey, field: string, next: (ids: readonly string[]) => readonly string[]): void {
    const document = this.#existing(key);
    const held = document.body[field];
    const now = Array.isArray(held) ? held.filter((each) => typeof each === "string") : [];
    const ids = next(now);
    if (ids.length !== now.length || ids.some((id, at) => id !== now[at])) {
      change(document, { ...document.body, [field]: [...ids] });
    }
  }

  /** Writes what changed, with these ops before it; undefined where that is nothing. CONFLICT. */
  async write(before: readonly WriteOp[] = []): Promise<readonly WriteResult[] | undefined> {
    const documents = [...this.#documents.values()];
    if (before.length === 0 && !documents.some(({ isChanged }) => isChanged)) return undefined;
    const results = await this.#session.write([...before, ...documents.map(opOf)]);
    const refused = refusedOp(results);
    const one = refused === undefined ? undefined : documents[refused.at - before.length];
    if (refused !== undefined && one !== undefined)
      throw conflict(one.record, one.record.version, refused.record?.version);
    return results;
  }

  /** What a write left of a document that was among these. */
  written(key: RecordKey, results: readonly WriteResult[]): StoredRecord {
    const { record } = this.#existing(key);
    const result = results.find((each) => each.record?.type === key.type && each.record.id === key.id);
    return result?.record ?? record;
  }

  #existing(key: RecordKey): LinkedDocument {
    const document = this.#documents.get(keyOf(key));
    if (document === undefined) throw notFound(key);
    return document;
  }
}

function change(document: LinkedDocument, body: JsonObject): void {
  const { entity, record } = document;
  decodeEntity(entity, { ...record, documentVersion: entity.schemaVersion, body });
  document.body = { ...body, ...derivedFields(entity, record, body) };
  document.isChanged = true;
}

function opOf({ entity, record, body, isChanged }: LinkedDocument): WriteOp {
  const { type, id, version } = record;
  if (!isChanged) return { check: { type, id }, expect: version };
  return { put: { type, id, documentVersion: entity.schemaVersion, body }, expect: version };
}

function keyOf({ type, id }: RecordKey): string {
  return `${type}\0${id}`;
}
