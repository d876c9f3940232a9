import { HoldfastError } from "./errors.ts";
import { invalidEntity } from "./entity-errors.ts";
import { isJsonObject } from "./json-object.ts";
import { systemFields } from "./query.ts";
import type { Entity } from "./entity.ts";
import type { JsonObject, NewRecord, StoredRecord } from "./record.ts";

/** The document, lifted step by step to the schema's version. */
export function upcastBody(entity: Entity, record: StoredRecord): JsonObject {
  if (record.documentVersion > entity.schemaVersion) throw newer(entity, record);
  const body = upcastSteps(entity, record);
  for (const field of systemFields) {
    if (!Object.hasOwn(body, field) || (field === "id" && body["id"] === record.id)) continue;
    throw invalidEntity(record, [field], "belongs to the store, but the document has a field of that name");
  }
  return body;
}

/** The body of a document of this or an older schema version, in the form of this one. */
export function upcastSteps(entity: Entity, document: NewRecord): JsonObject {
  let { body } = document;
  for (let from = document.documentVersion; from < entity.schemaVersion; from++) {
    try {
      body = entity.upcast[from]?.(body) ?? body;
    } catch (thrown) {
      throw invalidEntity(document, [], `could not be lifted from schema version ${from}`, thrown);
    }
    if (!isJsonObject(body)) {
      throw invalidEntity(document, [], `was lifted from schema version ${from} to something that is no object`);
    }
  }
  return body;
}

function newer({ name, schemaVersion }: Entity, { id, documentVersion }: StoredRecord): HoldfastError {
  return new HoldfastError(
    `"${name}" with id "${id}" was written with schema version ${documentVersion}, and this program knows ${schemaVersion}`,
    { code: "INVALID_ENTITY", details: { type: name, id, path: [], reason: "newer", documentVersion, schemaVersion } },
  );
}
