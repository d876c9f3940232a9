import { takenEntity } from "@holdfast/core";
import { encodedReference } from "./reference-value.ts";
import type { RelationContext } from "./relation-context.ts";
import type { Entity, EntityOf, Where, WhereOf } from "@holdfast/core";

/** That a child is one of this parent's, and what else is asked of it. */
export function childrenWhere(by: string, parentId: string, where?: WhereOf<Entity>): WhereOf<Entity>;
export function childrenWhere(by: string, parentId: string, where?: Where): Where {
  return both({ [by]: { eq: parentId } }, where);
}

export async function countsOf(
  { child, by, session }: RelationContext,
  parentIds: readonly string[],
  where?: Where,
): Promise<ReadonlyMap<string, number>> {
  const ids = [...new Set(parentIds)];
  const counted = await session.countBy(child.name, by, both({ [by]: { in: ids } }, where));
  return new Map(ids.map((id) => [id, counted.get(id) ?? 0]));
}

function both(one: Where, other: Where | undefined): Where {
  return other === undefined ? one : { and: [one, other] };
}

export async function parentsOf(
  { parent, child, by, session }: RelationContext,
  children: readonly object[],
): Promise<readonly (EntityOf<Entity> | undefined)[]> {
  const referred = children.map((each) => encodedReference(child, by, each));
  const ids = [...new Set(referred.filter((id) => id !== undefined))];
  if (ids.length === 0) return referred.map(() => undefined);
  const records = await session.get(parent.name, ids);
  const byId = new Map(ids.map((id, at) => [id, records[at]]));
  return referred.map((id) => {
    const record = id === undefined ? undefined : byId.get(id);
    return record === undefined ? undefined : takenEntity(parent, record);
  });
}
