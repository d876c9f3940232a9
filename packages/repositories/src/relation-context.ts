import type { Entity, RecordKey, Stamps, StoreSession } from "@holdfast/core";

/** What every operation of a relation needs. */
export interface RelationContext {
  readonly parent: Entity;
  readonly child: Entity;
  readonly by: string;
  readonly mirror: string | undefined;
  readonly session: StoreSession;
  readonly stamps: Stamps;
}

export function parentKey({ parent }: RelationContext, id: string): RecordKey {
  return { type: parent.name, id };
}

export function childKey({ child }: RelationContext, id: string): RecordKey {
  return { type: child.name, id };
}
