import { Transition } from "@holdfast/core";
import { repository } from "./repository.ts";
import type { FindOptions, Page } from "./repository-types.ts";
import type { Entity, StoreSession } from "@holdfast/core";

/** A page of an entity's history; `limit`, `after` and `before` as of `find`. */
export type HistoryOptions = Pick<FindOptions<typeof Transition>, "limit" | "after" | "before">;

/**
 * The steps of one entity's lifecycle, the first one first: who, when, from, to, by which event, and why. Of an entity
 * whose lifecycle keeps a history; it outlives the entity. FIELD_NOT_INDEXED where no lifecycle of the model keeps one.
 */
export async function historyOf(
  session: StoreSession,
  { name }: Pick<Entity, "name">,
  id: string,
  { limit, after, before }: HistoryOptions = {},
): Promise<Page<typeof Transition>> {
  return repository(Transition, session).find({
    where: { entityType: name, entityId: id },
    orderBy: [{ field: "entityVersion", direction: "asc" }],
    limit,
    after,
    before,
  });
}
