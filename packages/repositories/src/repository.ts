import { systemStamps } from "@holdfast/core";
import { each, find, getMany, getOne } from "./read.ts";
import { remove, removeWhere } from "./remove.ts";
import { create, save, saveMany } from "./save.ts";
import { transition, tryTransition } from "./transition.ts";
import { update } from "./update.ts";
import { watch } from "./watch.ts";
import type { Context } from "./context.ts";
import type { Repository, RepositoryOptions } from "./repository-types.ts";
import type { Entity, Scalar, StoreSession, WhereOf } from "@holdfast/core";

/** A repository as one implementation serves all entities: what a field holds is not known here. */
interface AnyRepository extends Omit<Repository<Entity>, "countBy"> {
  countBy(field: string, where?: WhereOf<Entity>): Promise<ReadonlyMap<Scalar, number>>;
}

/**
 * The entities of one type, typed, in a store, a tenant's view of it or an open transaction. Holds no state of its own,
 * so there may be any number of them.
 */
export function repository<E extends Entity>(
  entity: E,
  session: StoreSession,
  options?: RepositoryOptions,
): Repository<E>;
export function repository(entity: Entity, session: StoreSession, options: RepositoryOptions = {}): AnyRepository {
  const context: Context = { entity, session, stamps: options.stamps ?? systemStamps };
  return {
    entity,
    create: (draft) => create(context, draft),
    save: (draft) => save(context, draft),
    saveMany: (drafts) => saveMany(context, drafts),
    get: (id) => getOne(context, id),
    getMany: (ids) => getMany(context, ids),
    find: (selection = {}) => find(context, selection),
    each: (selection = {}) => each(context, selection),
    count: async (where) => session.count(entity.name, where),
    countBy: async (field, where) => session.countBy(entity.name, field, where),
    update: (id, change) => update(context, id, change),
    delete: (id) => remove(context, id),
    deleteWhere: (where) => removeWhere(context, where),
    transition: (target, event, step = {}) => transition(context, target, event, step),
    tryTransition: (target, event, step = {}) => tryTransition(context, target, event, step),
    watch: (selection = {}) => watch(context, selection),
    in: (other) => repository(entity, other, options),
  };
}
