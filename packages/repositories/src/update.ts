import { decodeEntity, decodeState, encodedEntity, encodeEntity, HoldfastError } from "@holdfast/core";
import { draftHead } from "./draft-head.ts";
import { checkUnmoved, stateMatch } from "./lifecycle-guard.ts";
import { conflict, notFound, refusedOp, writtenRecord } from "./refusals.ts";
import { retryConflicts } from "./retry-conflicts.ts";
import type { Context } from "./context.ts";
import type { Entity, EntityOf, RecordKey } from "@holdfast/core";

export async function update(
  context: Context,
  id: string,
  change: (now: EntityOf<Entity>) => object,
): Promise<EntityOf<Entity>> {
  return retryConflicts(() => attempt(context, id, change));
}

async function attempt(
  { entity, session }: Context,
  id: string,
  change: (now: EntityOf<Entity>) => object,
): Promise<EntityOf<Entity>> {
  const key: RecordKey = { type: entity.name, id };
  const [record] = await session.get(key.type, [id]);
  if (record === undefined) throw notFound(key);
  const changed = change(decodeEntity(entity, record));
  const head = draftHead(entity, changed);
  if (head.id !== undefined && head.id !== id) throw movedId(key);
  const state = decodeState(entity, record);
  checkUnmoved(key, state, head);
  const match = stateMatch(entity, record);
  const put = { ...key, documentVersion: entity.schemaVersion, body: encodeEntity(entity, id, changed, state) };
  const expect = record.version;
  const results = await session.write([match === undefined ? { put, expect } : { put, expect, match }]);
  const refused = refusedOp(results);
  if (refused !== undefined) throw conflict(key, expect, refused.record?.version);
  return encodedEntity(entity, writtenRecord(key, results[0]));
}

function movedId({ type, id }: RecordKey): HoldfastError {
  return new HoldfastError(`an update of "${type}" with id "${id}" must not change the id`, {
    code: "INVALID_ENTITY",
    details: { type, id, path: ["id"] },
  });
}
