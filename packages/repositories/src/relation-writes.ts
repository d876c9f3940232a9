import { decodeEntity, encodedEntity, encodeEntity, entityLift, queryLimits } from "@holdfast/core";
import { draftHead } from "./draft-head.ts";
import { checkUnmoved, initialState } from "./lifecycle-guard.ts";
import { LinkedDocuments } from "./linked-documents.ts";
import { mapInTurns } from "./map-in-turns.ts";
import { decodedReference } from "./reference-value.ts";
import { alreadyExists, conflict, notFound, refusedOp, writtenRecord } from "./refusals.ts";
import { childKey, parentKey } from "./relation-context.ts";
import { childrenWhere } from "./relation-reads.ts";
import { retryConflicts } from "./retry-conflicts.ts";
import type { RelationContext } from "./relation-context.ts";
import type { Entity, EntityOf, JsonObject, RecordKey, StoredRecord, WriteOp } from "@holdfast/core";

interface NewChild extends RecordKey {
  readonly body: JsonObject;
}

export async function createChildren(
  context: RelationContext,
  parentId: string,
  drafts: readonly object[],
): Promise<readonly EntityOf<Entity>[]> {
  const { child, mirror, session } = context;
  const children = await mapInTurns(drafts, (draft) => newChild(context, parentId, draft));
  if (children.length === 0) return [];
  const puts = children.map(({ type, id, body }): WriteOp => ({
    put: { type, id, documentVersion: child.schemaVersion, body },
    expect: "absent",
  }));
  return retryConflicts(async () => {
    const documents = new LinkedDocuments(session);
    if (mirror !== undefined) {
      await documents.read(context.parent, [parentId]);
      documents.setList(parentKey(context, parentId), mirror, withIds(children.map(({ id }) => id)));
    }
    const before = mirror === undefined ? [...puts, presentOp(context, parentId)] : puts;
    const results = (await documents.write(before)) ?? [];
    const refused = refusedOp(results);
    if (refused !== undefined) throw refusedChild(context, children[refused.at], parentId);
    return mapInTurns(children, (each, at) => encodedEntity(child, writtenRecord(each, results[at])));
  });
}

export async function attachChild(
  context: RelationContext,
  childId: string,
  parentId: string,
): Promise<EntityOf<Entity>> {
  return retryConflicts(() => moveChild(context, childId, parentId));
}

export async function detachChild(context: RelationContext, childId: string): Promise<EntityOf<Entity>> {
  return retryConflicts(() => moveChild(context, childId, null));
}

async function moveChild(
  context: RelationContext,
  childId: string,
  parentId: string | null,
): Promise<EntityOf<Entity>> {
  const { child, parent, by, mirror, session } = context;
  const key = childKey(context, childId);
  const documents = new LinkedDocuments(session);
  await documents.read(child, [childId]);
  const earlier = parentIdOf(context, documents.stored(key));
  documents.setReference(key, by, parentId);
  if (mirror !== undefined) {
    await documents.read(
      parent,
      [earlier, parentId].filter((id) => id !== null),
    );
    if (earlier !== null && earlier !== parentId) leaveList(context, documents, earlier, childId);
    if (parentId !== null) documents.setList(parentKey(context, parentId), mirror, withIds([childId]));
  }
  const before = mirror === undefined && parentId !== null ? [presentOp(context, parentId)] : [];
  const results = await documents.write(before);
  if (results === undefined) return decodeEntity(child, documents.stored(key));
  if (parentId !== null && before.length > 0 && results[0]?.ok === false) throw notFound(parentKey(context, parentId));
  return decodeEntity(child, documents.written(key, results));
}

export async function deleteChild(context: RelationContext, childId: string): Promise<boolean> {
  const { child, parent, mirror, session } = context;
  return retryConflicts(async () => {
    const [record] = await session.get(child.name, [childId]);
    if (record === undefined) return false;
    const key = childKey(context, childId);
    const documents = new LinkedDocuments(session);
    const parentId = parentIdOf(context, record);
    const isOwnParent = child.name === parent.name && parentId === childId;
    if (mirror !== undefined && parentId !== null && !isOwnParent) {
      await documents.read(parent, [parentId]);
      leaveList(context, documents, parentId, childId);
    }
    const results = (await documents.write([{ delete: key, expect: record.version }])) ?? [];
    const refused = refusedOp(results);
    if (refused !== undefined) throw conflict(key, record.version, refused.record?.version);
    return true;
  });
}

/** Reads and writes in one transaction, since a child may come that says nothing to its parent. */
export async function mendParent(context: RelationContext, parentId: string): Promise<EntityOf<Entity>> {
  const { parent, mirror } = context;
  return context.session.transaction(async (session) => {
    const documents = new LinkedDocuments(session);
    const key = parentKey(context, parentId);
    await documents.read(parent, [parentId]);
    if (mirror !== undefined) {
      const ids = await childIds({ ...context, session }, parentId);
      documents.setList(key, mirror, (now) => withIds([...ids])([...new Set(now)].filter((id) => ids.has(id))));
    }
    const results = await documents.write();
    return decodeEntity(parent, results === undefined ? documents.stored(key) : documents.written(key, results));
  });
}

async function childIds(context: RelationContext, parentId: string): Promise<ReadonlySet<string>> {
  const { child, session } = context;
  const ids = new Set<string>();
  const where = childrenWhere(context.by, parentId);
  let after: { readonly after?: string } = {};
  for (;;) {
    const query = { type: child.name, where, limit: queryLimits.pageMost, omit: "body", ...after } as const;
    const { records, next } = await session.find(query);
    for (const { id } of records) ids.add(id);
    if (next === undefined) return ids;
    after = { after: next };
  }
}

function newChild({ child, by, stamps }: RelationContext, parentId: string, draft: object): NewChild {
  const head = draftHead(child, draft);
  const id = head.id ?? stamps.newId();
  const key = { type: child.name, id };
  const state = initialState(child);
  checkUnmoved(key, state, head);
  const whole = { ...draft, [by]: decodedReference(child, by, parentId) };
  return { ...key, body: encodeEntity(child, id, whole, state) };
}

function leaveList(context: RelationContext, documents: LinkedDocuments, parentId: string, childId: string): void {
  const key = parentKey(context, parentId);
  if (context.mirror === undefined || !documents.has(key)) return;
  documents.setList(key, context.mirror, (ids) => ids.filter((id) => id !== childId));
}

function withIds(added: readonly string[]): (ids: readonly string[]) => readonly string[] {
  return (ids) => [...new Set([...ids, ...added])];
}

/** As the store's own fields see it: by the newest form of the document, whether or not its schema takes it. */
function parentIdOf({ child, by }: RelationContext, record: StoredRecord): string | null {
  const { body } = entityLift([child])(record);
  const id = Object.hasOwn(body, by) ? body[by] : null;
  return typeof id === "string" ? id : null;
}

function presentOp(context: RelationContext, parentId: string): WriteOp {
  return { check: parentKey(context, parentId), expect: "present" };
}

function refusedChild(context: RelationContext, child: NewChild | undefined, parentId: string): Error {
  return child === undefined ? notFound(parentKey(context, parentId)) : alreadyExists(child);
}
