import type { EachOptions, Repository } from "../repository-types.ts";
import type { Direction, Entity, EntityOf, OrderByOf } from "@holdfast/core";

/** By time of creation, then by id. */
export function creationOrder(direction: Direction = "asc"): readonly [{ field: "createdAt"; direction: Direction }] {
  return [{ field: "createdAt", direction }];
}

/** All that match, read a page at a time, so that no list is too long for one call. */
export async function listAll<E extends Entity>(
  repository: Repository<E>,
  selection: { readonly where: EachOptions<E>["where"]; readonly orderBy: readonly OrderByOf<E>[] },
  limit: number | undefined,
): Promise<readonly EntityOf<E>[]> {
  const all: EntityOf<E>[] = [];
  for await (const one of repository.each({ ...selection, limit })) all.push(one);
  return all;
}
