import { takenEntity, HoldfastError } from "@holdfast/core";
import { mapInTurns } from "./map-in-turns.ts";
import { readPage } from "./read-page.ts";
import type { Context } from "./context.ts";
import type { EachOptions, Entities, FindOptions, InvalidEntity, Page } from "./repository-types.ts";
import type { Entity, EntityOf, Query, StoredRecord } from "@holdfast/core";

const eachPage = 500;

export async function getOne({ entity, session }: Context, id: string): Promise<EntityOf<Entity> | undefined> {
  const [record] = await session.get(entity.name, [id]);
  return record === undefined ? undefined : takenEntity(entity, record);
}

export async function getMany(
  { entity, session }: Context,
  ids: readonly string[],
): Promise<readonly (EntityOf<Entity> | undefined)[]> {
  const records = await session.get(entity.name, ids);
  return mapInTurns(records, (record) => (record === undefined ? undefined : takenEntity(entity, record)));
}

export async function find(context: Context, options: FindOptions<Entity>): Promise<Page<Entity>> {
  const { onInvalid = "fail" } = options;
  const { entity, session } = context;
  const invalid: InvalidEntity[] = [];
  const { records, ...tokens } = await readPage(session, queryOf(entity, options), onInvalid, invalid);
  if (onInvalid === "fail") {
    return { items: await mapInTurns(records, (record) => takenEntity(entity, record)), ...tokens };
  }
  const decoded = await mapInTurns(records, (record) => fitting(entity, record, invalid));
  return { items: decoded.flat(), ...tokens, invalid };
}

export function each(context: Context, options: EachOptions<Entity>): Entities<Entity> {
  const invalid: InvalidEntity[] = [];
  return { invalid, [Symbol.asyncIterator]: () => pages(context, options, invalid) };
}

async function* pages(
  context: Context,
  options: EachOptions<Entity>,
  invalid: InvalidEntity[],
): AsyncGenerator<EntityOf<Entity>, void, undefined> {
  const { entity, session } = context;
  const { onInvalid = "fail", limit = Infinity } = options;
  let left = limit;
  let query: Query = { ...queryOf(entity, options), limit: Math.min(left, eachPage) };
  for (;;) {
    const { records, next } = await readPage(session, query, onInvalid, invalid);
    for (const record of records) {
      if (onInvalid === "fail") yield takenEntity(entity, record);
      else yield* fitting(entity, record, invalid);
    }
    left -= records.length;
    if (next === undefined || left <= 0) return;
    query = { ...query, after: next, limit: Math.min(left, eachPage) };
  }
}

/** What was left undefined is left out. */
function queryOf(entity: Entity, { where, orderBy, limit, after, before }: FindOptions<Entity>): Query {
  return {
    type: entity.name,
    ...(where !== undefined && { where }),
    ...(orderBy !== undefined && { orderBy }),
    ...(limit !== undefined && { limit }),
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
  };
}

/** The record as an entity, or nothing where it does not fit its schema: then it is added to `invalid`. */
function fitting(entity: Entity, record: StoredRecord, invalid: InvalidEntity[]): readonly EntityOf<Entity>[] {
  try {
    return [takenEntity(entity, record)];
  } catch (error) {
    if (!HoldfastError.is(error, "INVALID_ENTITY")) throw error;
    invalid.push({ id: record.id, error });
    return [];
  }
}
