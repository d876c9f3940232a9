import { decodeEntity, HoldfastError, type Entity, type Store } from "@holdfast/core";

import { checkBatch } from "./batch-size.ts";
import { collections } from "./collections.ts";
import { pagesInOrder } from "./read-pages.ts";
import { withSignal } from "./with-signal.ts";

export interface SchemaMisfitsOptions {
  /** Records that are read at once, from 1 to 10,000. @default 1_000 */
  readonly batch?: number;
  readonly signal?: AbortSignal;
}

/** A stored document that a repository of its entity would not give. */
export interface SchemaMisfit {
  readonly tenant: string;
  readonly type: string;
  readonly id: string;
  /** Names the place in the document, and never shows a value of it. */
  readonly message: string;
}

/**
 * The documents of all tenants that do not fit the schemas of these entities, once they are in their newest form: by type,
 * tenant and order of insertion. Types that are none of these entities are not looked at.
 */
export async function* schemaMisfits(
  store: Store,
  entities: readonly Entity[],
  options: SchemaMisfitsOptions = {},
): AsyncGenerator<SchemaMisfit> {
  const batch = checkBatch(options.batch);
  const byName = new Map(entities.map((entity) => [entity.name, entity]));
  const limited = withSignal(store, options.signal);
  for (const { tenant, type } of await collections(limited)) {
    const entity = byName.get(type);
    if (entity === undefined) continue;
    for await (const page of pagesInOrder(limited.tenant(tenant), type, batch)) {
      for (const record of page) {
        try {
          decodeEntity(entity, record);
        } catch (thrown) {
          if (!HoldfastError.is(thrown, "INVALID_ENTITY")) throw thrown;
          yield { tenant, type, id: record.id, message: thrown.message };
        }
      }
    }
  }
}
