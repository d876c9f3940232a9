import type { Entity, EntityOf, FieldOf } from "@holdfast/core";
import type { Repository, WatchBatch, WatchOptions } from "./repository-types.ts";

export interface RegistryOptions<E extends Entity> {
  /** The field by whose value entities are told apart in `of`. @default none */
  readonly groupBy?: FieldOf<E>;
  /** Entities in a terminal status that stay; the one that was added first goes first. From 0. @default 1_000 */
  readonly keepFinished?: number;
  /** Where `lookUp` looks for what is not held. @default nowhere */
  readonly repository?: Pick<Repository<E>, "get">;
}

export interface LookUpOptions {
  /** Only an entity of this group. @default any group */
  readonly group?: string | undefined;
  /** Whether to look in the store for what is not held. @default false */
  readonly includePersisted?: boolean | undefined;
}

/**
 * Entities that a program has at hand, by id, in memory alone: nothing here reads or writes a store unless it says so.
 * They are values: a copy of what is added is held, frozen, so nobody's later change shows. An id is held once, as the
 * newest version that was added.
 */
export interface Registry<E extends Entity> extends Iterable<EntityOf<E>> {
  readonly entity: E;
  /** How many are held. */
  readonly size: number;
  /**
   * Holds the entity in place of an equal or an older version, whatever group that was in. Whether it did: false where a
   * newer version is held. INVALID_ID for one without an id.
   */
  add(item: EntityOf<E>): boolean;
  /** With `group`: only if it is of that group. */
  get(id: string, group?: string): EntityOf<E> | undefined;
  has(id: string, group?: string): boolean;
  /** Those of a group, in the order in which they were first added. */
  of(group: string): readonly EntityOf<E>[];
  /** Whether it was held. */
  remove(id: string): boolean;
  /** Lets those in a terminal status go; how many. */
  evictFinished(): number;
  /** Holds nothing any more. */
  reset(): void;
  /** Holds exactly these, at once. */
  replace(items: Iterable<EntityOf<E>>): void;
  /**
   * The held one, else with `includePersisted` the stored one, which is handed out and not held. INVALID_CONFIG where
   * that is asked of a registry without a repository.
   */
  lookUp(id: string, options?: LookUpOptions): Promise<EntityOf<E> | undefined>;
  /**
   * Keeps the registry fresh from the change feed, whoever writes: first it holds exactly what matches, then what enters
   * and changes is added and what leaves is removed. Each batch is given once it is held. Goes on while it is iterated,
   * until the signal is given; throws what `watch` throws.
   *
   * @param options `where`: what is held. @default every entity in a status of work under way
   */
  follow(repository: Pick<Repository<E>, "watch">, options?: WatchOptions<E>): AsyncIterable<WatchBatch<E>>;
}
