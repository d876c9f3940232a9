import { repository } from "../repository.ts";
import { wholeRunMs } from "./state-context.ts";
import type { EachOptions } from "../repository-types.ts";
import type { Direction, Entity, EntityOf, OrderByOf, StoreSession } from "@holdfast/core";

const pageSize = 1_000;

export interface Listing<E extends Entity> {
  readonly where: EachOptions<E>["where"];
  readonly orderBy: readonly OrderByOf<E>[];
  /** In all. @default no limit */
  readonly limit?: number | undefined;
}

/** By time of creation, then by id. */
export function creationOrder(direction: Direction = "asc"): readonly [{ field: "createdAt"; direction: Direction }] {
  return [{ field: "createdAt", direction }];
}

/** All that match, as of one moment: one page where that is all, else pages of one read-only transaction. */
export async function listAll<E extends Entity>(
  entity: E,
  session: StoreSession,
  { limit = Infinity, ...selection }: Listing<E>,
): Promise<readonly EntityOf<E>[]> {
  const page = await repository(entity, session).find({ ...selection, limit: Math.min(limit, pageSize) });
  if (page.next === undefined || limit <= pageSize) return page.items;
  return session.transaction(
    async (snapshot) => {
      const all: EntityOf<E>[] = [];
      for await (const one of repository(entity, snapshot).each({ ...selection, limit })) all.push(one);
      return all;
    },
    { readOnly: true, timeoutMs: wholeRunMs },
  );
}
