import { HoldfastError, systemStamps } from "@holdfast/core";
import { repository } from "./repository.ts";
import { childrenWhere, countsOf, parentsOf } from "./relation-reads.ts";
import { attachChild, createChildren, deleteChild, detachChild, mendParent } from "./relation-writes.ts";
import type { HasMany, HasManyOptions, ReferenceTo, Relation } from "./relation-types.ts";
import type { RelationContext } from "./relation-context.ts";
import type { RepositoryOptions } from "./repository-types.ts";
import type { Entity, StoreSession } from "@holdfast/core";

type Ends = Pick<RelationContext, "parent" | "child" | "by" | "mirror">;

/**
 * Declares that one entity has many of another, by the child's reference to it. The list that the parent keeps of them,
 * where it does, is the reference's `mirror`, or else the one that is named here, of which `check()` then knows nothing.
 * INVALID_MODEL where the field does not refer to the parent, or the list is no field of it or not the reference's own.
 */
export function hasMany<P extends Entity, C extends Entity, const K extends ReferenceTo<P, C>>(
  parent: P,
  child: C,
  options: HasManyOptions<P, K>,
): HasMany<P, C, K>;
export function hasMany(
  parent: Entity,
  child: Entity,
  { by, mirror: named }: HasManyOptions<Entity, string>,
): HasMany<Entity, Entity, string> {
  const reference = Object.hasOwn(child.references, by) ? child.references[by] : undefined;
  if (reference?.to !== parent.name) {
    const problem = reference === undefined ? "is not a reference" : `refers to "${reference.to}"`;
    throw new HoldfastError(`a "${parent.name}" has no many by "${child.name}.${by}", which ${problem}`, {
      code: "INVALID_MODEL",
      details: { type: parent.name, child: child.name, field: by },
    });
  }
  const mirror = reference.mirror ?? named;
  const isField = mirror === undefined || Object.hasOwn(parent.schema._zod.def.shape, mirror);
  if (!isField || (named !== undefined && named !== mirror)) {
    const problem = isField ? `"${child.name}.${by}" is mirrored by "${mirror}"` : "it has no such field";
    throw new HoldfastError(`"${parent.name}" cannot list its "${child.name}" in "${named}": ${problem}`, {
      code: "INVALID_MODEL",
      details: { type: parent.name, child: child.name, field: by },
    });
  }
  const ends: Ends = { parent, child, by, mirror };
  return { ...ends, of: (session, options = {}) => relationOf(ends, session, options) };
}

function relationOf(ends: Ends, session: StoreSession, options: RepositoryOptions): Relation<Entity, Entity, string> {
  const context: RelationContext = { ...ends, session, stamps: options.stamps ?? systemStamps };
  const children = repository(ends.child, session, options);
  return {
    children: async (parentId, query = {}) =>
      children.find({ ...query, where: childrenWhere(ends.by, parentId, query.where) }),
    each: (parentId, query = {}) => children.each({ ...query, where: childrenWhere(ends.by, parentId, query.where) }),
    count: async (parentId, where) => children.count(childrenWhere(ends.by, parentId, where)),
    counts: async (parentIds, where) => countsOf(context, parentIds, where),
    parent: async (child) => (await parentsOf(context, [child]))[0],
    parents: async (each) => parentsOf(context, each),
    create: async (parentId, draft) => first(await createChildren(context, parentId, [draft])),
    createMany: async (parentId, drafts) => createChildren(context, parentId, drafts),
    attach: async (childId, parentId) => attachChild(context, childId, parentId),
    detach: async (childId) => detachChild(context, childId),
    delete: async (childId) => deleteChild(context, childId),
    mend: async (parentId) => mendParent(context, parentId),
    in: (other) => relationOf(ends, other, options),
  };
}

function first<T>([only]: readonly T[]): T {
  if (only === undefined) throw new TypeError("one draft makes one child");
  return only;
}
