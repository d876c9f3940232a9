import { compareText } from "@holdfast/core";
import { Case } from "./workflow/case.ts";
import { Cases } from "./workflow/cases.ts";
import { Job } from "./workflow/job.ts";
import { Jobs } from "./workflow/jobs.ts";
import { entityIn, isOverStore } from "./workflow/stored-step.ts";
import { findOrphans } from "./find-orphans.ts";
import { repository } from "./repository.ts";
import type {
  BrokenRow,
  FillableRegistry,
  Loaded,
  LoadCounts,
  LoadOptions,
  LoadRule,
  LoadSelection,
  OrphanRow,
} from "./load-types.ts";
import type { OverStore } from "./workflow/stored-step.ts";
import type { Entity, EntityOf, StoreSession } from "@holdfast/core";

interface LoadedType {
  readonly entity: Entity;
  readonly items: readonly EntityOf<Entity>[];
  readonly broken: readonly BrokenRow[];
  readonly orphans: readonly OrphanRow[];
}

/** Reads as of one moment, page by page, and writes nothing. Only then the registries change, all of them together. */
export async function loadEntities(
  from: StoreSession | OverStore,
  { of, ...kept }: LoadRule,
  options: LoadOptions,
): Promise<Loaded> {
  const { others = [], timeoutMs = 600_000, signal } = options;
  const { entities = { Job: entityIn(from, Job), Case: entityIn(from, Case) } } = options;
  const { jobs = Jobs({ entities, ...kept }), cases = Cases({ entities, ...kept }) } = options;
  const session = isOverStore(from) ? await from.store() : from;
  const registries: readonly FillableRegistry[] = [jobs, cases, ...others];
  const types = await session.transaction(
    async (moment) => {
      const read: LoadedType[] = [];
      for (const { entity } of registries) read.push(await loadType(moment, entity, of(entity)));
      return read;
    },
    { readOnly: true, timeoutMs, ...(signal !== undefined && { signal }) },
  );
  for (const [at, { items }] of types.entries()) fill(registries[at], items);
  return {
    jobs,
    cases,
    broken: types.flatMap(({ broken }) => broken),
    orphans: types.flatMap(({ orphans }) => orphans),
    counts: new Map(types.map((type) => [type.entity.name, countsOf(type)])),
  };
}

async function loadType(
  session: StoreSession,
  entity: Entity,
  selections: readonly LoadSelection[],
): Promise<LoadedType> {
  const items: EntityOf<Entity>[] = [];
  const broken: BrokenRow[] = [];
  for (const selection of selections) {
    const found = repository(entity, session).each({ ...selection, onInvalid: "report" });
    for await (const item of found) items.push(item);
    for (const { id, error } of found.invalid) broken.push({ type: entity.name, id, reason: error.message, error });
  }
  items.sort(byCreation);
  return { entity, items, broken, orphans: await findOrphans(session, entity, items) };
}

/** A registry takes what was read for its own entity. */
function fill(
  target: { replace(items: Iterable<EntityOf<Entity>>): void } | undefined,
  items: readonly EntityOf<Entity>[],
): void {
  target?.replace(items);
}

function countsOf({ items, broken, orphans }: LoadedType): LoadCounts {
  return { loaded: items.length, broken: broken.length, orphans: orphans.length };
}

function byCreation(one: EntityOf<Entity>, other: EntityOf<Entity>): number {
  return compareText(one.createdAt, other.createdAt) || compareText(one.id, other.id);
}
