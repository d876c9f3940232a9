import { HoldfastError } from "./errors.ts";
import { invalidEntity } from "./entity-errors.ts";
import { systemFields } from "./query.ts";
import type { Entity } from "./entity.ts";
import type { JsonObject, StoredRecord } from "./record.ts";

/** The document, lifted step by step to the schema's version. */
export function upcastBody(entity: Entity, record: StoredRecord): JsonObject {
  if (record.documentVersion > entity.schemaVersion) throw newer(entity, record);
  let { body } = record;
  for (let from = record.documentVersion; from < entity.schemaVersion; from++) {
    try {
      body = entity.upcast[from]?.(body) ?? body;
    } catch (thrown) {
      throw invalidEntity(record, [], `could not be lifted from schema version ${from}`, thrown);
    }
  }
  for (const field of systemFields) {
    if (!Object.hasOwn(body, field) || (field === "id" && body["id"] === record.id)) continue;
    throw invalidEntity(record, [field], "belongs to the store, but the document has a field of that name");
  }
  return body;
}

function newer({ name, schemaVersion }: Entity, { id, documentVersion }: StoredRecord): HoldfastError {
  return new HoldfastError(
    `"${name}" with id "${id}" was written with schema version ${documentVersion}, and this program knows ${schemaVersion}`,
    { code: "INVALID_ENTITY", details: { type: name, id, path: [], reason: "newer", documentVersion, schemaVersion } },
  );
}
