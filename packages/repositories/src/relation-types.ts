import type { EachOptions, Entities, FindOptions, Page, RepositoryOptions } from "./repository-types.ts";
import type { DraftOf, Entity, EntityOf, StoreSession, WhereOf } from "@holdfast/core";

type ShapeOf<E extends Entity> = E["schema"]["_zod"]["def"]["shape"];
/** Whether the list that a reference names is a field of the parent. */
type HasMirror<P extends Entity, R> = R extends { readonly mirror: infer M extends string }
  ? M extends keyof ShapeOf<P>
    ? true
    : false
  : true;

/** The fields of a child that refer to this parent. */
export type ReferenceTo<P extends Entity, C extends Entity> = {
  [K in keyof C["references"] & string]: P["name"] extends C["references"][K]["to"]
    ? HasMirror<P, C["references"][K]> extends true
      ? K
      : never
    : never;
}[keyof C["references"] & string];

export interface HasManyOptions<P extends Entity, K extends string> {
  /** The child's field that refers to the parent. */
  readonly by: K;
  /** The parent's field that lists its children's ids. @default the reference's own, if it names one */
  readonly mirror?: keyof ShapeOf<P> & string;
}

/** What is needed to create a child: its draft, without the reference, which the relation sets. */
export type ChildDraftOf<C extends Entity, K extends string> = {
  [F in keyof DraftOf<C> as F extends K ? never : F]: DraftOf<C>[F];
};

/** What of a child says who its parent is: an entity of its type, or the one field. */
export type ReferringOf<C extends Entity, K extends string> = {
  readonly [F in K]: F extends keyof EntityOf<C> ? EntityOf<C>[F] : unknown;
};

/** One entity has many of another, which refer to it. Declared once; `of` says in which store. */
export interface HasMany<P extends Entity, C extends Entity, K extends string> {
  readonly parent: P;
  readonly child: C;
  readonly by: K;
  /** The parent's field that lists its children's ids; undefined where the reference names none. */
  readonly mirror: string | undefined;
  /** The relation in a store, a tenant's view of it or an open transaction. */
  of(session: StoreSession, options?: RepositoryOptions): Relation<P, C, K>;
}

/**
 * Parents and children in one store, tenant or transaction. What writes keeps the reference and the parent's list, where
 * there is one, in step: both in one atomic batch, which is tried again where another writer came between. NOT_FOUND
 * for a parent that is not stored, also where the reference is not enforced.
 */
export interface Relation<P extends Entity, C extends Entity, K extends string> {
  children(parentId: string, options?: FindOptions<C>): Promise<Page<C>>;
  /** All children of a parent, a page at a time. */
  each(parentId: string, options?: EachOptions<C>): Entities<C>;
  count(parentId: string, where?: WhereOf<C>): Promise<number>;
  /** How many children each of these parents has, in one query: one entry for each id, 0 included. At most 10,000 ids. */
  counts(parentIds: readonly string[], where?: WhereOf<C>): Promise<ReadonlyMap<string, number>>;
  /** Undefined for a child without a parent, and where the parent is not stored. */
  parent(child: ReferringOf<C, K>): Promise<EntityOf<P> | undefined>;
  /** The parents of many children, in their order, in one query. Of at most 10,000 parents. */
  parents(children: readonly ReferringOf<C, K>[]): Promise<readonly (EntityOf<P> | undefined)[]>;
  /** Inserts a child of this parent. ALREADY_EXISTS; NOT_FOUND. */
  create(parentId: string, draft: ChildDraftOf<C, K>): Promise<EntityOf<C>>;
  /** All of them or none, in one batch. */
  createMany(parentId: string, drafts: readonly ChildDraftOf<C, K>[]): Promise<readonly EntityOf<C>[]>;
  /** Makes a stored child this parent's, and takes it from the one that it had. NOT_FOUND. */
  attach(childId: string, parentId: string): Promise<EntityOf<C>>;
  /** Leaves a child without a parent; there only where the reference may be null. NOT_FOUND. */
  readonly detach: null extends ReferringOf<C, K>[K] ? (childId: string) => Promise<EntityOf<C>> : never;
  /** Whether there was one to delete. REFERENCE_VIOLATION where children of its own forbid it. */
  delete(childId: string): Promise<boolean>;
  /**
   * Brings the parent's list back in step where something else changed one end alone: the references are the truth. Ids
   * that stay keep their order, missing ones follow in the order of creation. NOT_FOUND.
   */
  mend(parentId: string): Promise<EntityOf<P>>;
  /** The same relation inside a transaction, or over another store. */
  in(session: StoreSession): Relation<P, C, K>;
}
