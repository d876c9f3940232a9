import { decodeEntity, decodeState, encodedEntity, encodeOwn, handOver, HoldfastError } from "@holdfast/core";
import { changeRecord } from "./change-record.ts";
import { draftHead } from "./draft-head.ts";
import { checkUnmoved, stateMatch } from "./lifecycle-guard.ts";
import type { Context } from "./context.ts";
import type { Entity, EntityOf, RecordChange, RecordKey, StoredRecord } from "@holdfast/core";

type Change = (now: EntityOf<Entity>) => object;

export async function update({ entity, session }: Context, id: string, change: Change): Promise<EntityOf<Entity>> {
  const key: RecordKey = { type: entity.name, id };
  return encodedEntity(entity, await changeRecord(session, key, (record) => planUpdate(entity, record, change)));
}

function planUpdate(entity: Entity, record: StoredRecord, change: Change): RecordChange {
  const { id } = record;
  const changed = change(decodeEntity(entity, record));
  const head = draftHead(entity, changed);
  if (head.id !== undefined && head.id !== id) throw movedId(record);
  const state = decodeState(entity, record);
  checkUnmoved(record, state, head);
  const body = handOver(encodeOwn(entity, id, changed, state));
  return { documentVersion: entity.schemaVersion, body, match: stateMatch(entity, record) };
}

function movedId({ type, id }: RecordKey): HoldfastError {
  return new HoldfastError(`an update of "${type}" with id "${id}" must not change the id`, {
    code: "INVALID_ENTITY",
    details: { type, id, path: ["id"] },
  });
}
