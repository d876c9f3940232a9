import { derivedFields } from "./entity-derived.ts";
import { upcastSteps } from "./entity-upcast.ts";
import type { Entity } from "./entity.ts";
import type { JsonObject } from "./record.ts";

/** A stored document, as far as its form goes. */
export interface Document {
  readonly type: string;
  readonly id: string;
  /** The schema version that `body` was written with. */
  readonly documentVersion: number;
  readonly body: JsonObject;
}

/**
 * Gives a document in the newest form that a model knows, or as it is where the model knows none that is newer. Pure:
 * stores read the values of declared fields from what it gives. INVALID_ENTITY where the document cannot be lifted.
 */
export interface Lift {
  (document: Document): Document;
  /** The values of a newest document's derived fields, which hold whatever its body says of them. */
  readonly derive?: (document: Document) => JsonObject;
}

/** For models that are layouts alone: every document stays as it is. */
export const liftNothing: Lift = (document) => document;

/** A model's lift: the upcasts of its entities, step by step, and what they derive. */
export function entityLift(entities: readonly Entity[]): Lift {
  const byName = new Map(entities.map((entity) => [entity.name, entity]));
  const lift = (document: Document): Document => {
    const entity = byName.get(document.type);
    if (entity === undefined || document.documentVersion >= entity.schemaVersion) return document;
    return { ...document, documentVersion: entity.schemaVersion, body: upcastSteps(entity, document) };
  };
  const derive = (document: Document): JsonObject => {
    const entity = byName.get(document.type);
    // What a newer program derives is for it to know.
    if (entity?.schemaVersion !== document.documentVersion) return {};
    return derivedFields(entity, document, document.body);
  };
  return Object.assign(lift, { derive });
}
