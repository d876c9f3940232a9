import type {
  ChangeCursor,
  DraftOf,
  Entity,
  EntityOf,
  EventOf,
  FieldOf,
  FieldValueOf,
  HoldfastError,
  OrderByOf,
  PatchOf,
  Stamps,
  StoreSession,
  WhereOf,
} from "@holdfast/core";

export interface RepositoryOptions {
  /** Where the ids of new entities and `finishedAt` come from. @default the system's clock and UUIDv7 */
  readonly stamps?: Stamps;
}

/** A stored record that does not fit its entity's schema. */
export interface InvalidEntity {
  readonly id: string;
  /** INVALID_ENTITY, with type, id and path in its details; STORE_CORRUPT where what is stored is no document at all. */
  readonly error: HoldfastError;
}

interface Selection<E extends Entity> {
  /** @default every entity of the type */
  readonly where?: WhereOf<E> | undefined;
  /** @default by `createdAt`, then by `id` */
  readonly orderBy?: readonly OrderByOf<E>[] | undefined;
  /** What happens with stored entities that do not fit: `"fail"` throws, `"report"` lists them. @default "fail" */
  readonly onInvalid?: "fail" | "report" | undefined;
}

export interface FindOptions<E extends Entity> extends Selection<E> {
  /** Entities on the page, from 1 to 10,000. @default 100 */
  readonly limit?: number | undefined;
  /** The page behind this token, an earlier page's `next`. */
  readonly after?: string | undefined;
  /** The page before this token, an earlier page's `previous`. */
  readonly before?: string | undefined;
}

export interface EachOptions<E extends Entity> extends Selection<E> {
  /** Entities in all. @default no limit */
  readonly limit?: number | undefined;
}

export interface Page<E extends Entity> {
  readonly items: readonly EntityOf<E>[];
  /** There where more entities follow. */
  readonly next?: string;
  /** There where entities stand before. */
  readonly previous?: string;
  /** There with `onInvalid: "report"`: what was found and is not among the items. */
  readonly invalid?: readonly InvalidEntity[];
}

/** Entities, read page by page as they are asked for. */
export interface Entities<E extends Entity> extends AsyncIterable<EntityOf<E>> {
  /** With `onInvalid: "report"`: what was met so far and left out. Grows while iterating. */
  readonly invalid: readonly InvalidEntity[];
}

export interface WatchOptions<E extends Entity> extends Omit<Selection<E>, "orderBy"> {
  /** Goes on behind this point, the `next` of an earlier batch, instead of beginning with all that matches. */
  readonly after?: ChangeCursor | undefined;
  /** Ends the watch, without an error. */
  readonly signal?: AbortSignal | undefined;
}

/** How the result of a condition changed from one moment of the store to a later one. */
export interface WatchBatch<E extends Entity> {
  /** In the result now, and not before; in insertion order. */
  readonly entered: readonly EntityOf<E>[];
  /** In the result before and now, in another version; in insertion order. */
  readonly changed: readonly EntityOf<E>[];
  /** The ids of those that match no more or are deleted. */
  readonly left: readonly string[];
  /** Where to go on: outlives restarts. */
  readonly next: ChangeCursor;
  /** There with `onInvalid: "report"`: what matches and does not fit its schema, and so is not in the result. */
  readonly invalid?: readonly InvalidEntity[];
}

export interface TransitionOptions<E extends Entity> {
  /** Fields to change in the same write. */
  readonly patch?: PatchOf<E> | undefined;
  /** Who or what causes the step; kept where the lifecycle keeps a history. */
  readonly by?: string | undefined;
  /** Why; kept where the lifecycle keeps a history. */
  readonly reason?: string | undefined;
}

export type TransitionResult<E extends Entity> =
  | { readonly ok: true; readonly entity: EntityOf<E> }
  /** ILLEGAL_TRANSITION, CONFLICT or NOT_FOUND. */
  | { readonly ok: false; readonly error: HoldfastError };

/** One entity as it was read: whose version a step expects. */
export interface EntityVersion {
  readonly id: string;
  readonly version: number;
}

/**
 * The entities of one type in one store, tenant or transaction. What it gives is never shared with what is stored.
 * Beside the codes named here, every call may throw those of the store: STORE_CLOSED, TIMEOUT, UNIQUE_VIOLATION …
 */
export interface Repository<E extends Entity> {
  readonly entity: E;
  /** Inserts. Makes an id (UUIDv7) where none is given; ALREADY_EXISTS; ILLEGAL_TRANSITION for another first status. */
  create(draft: DraftOf<E>): Promise<EntityOf<E>>;
  /**
   * With `version`: replaces exactly that version, else CONFLICT. Without: inserts or replaces. Never moves a status,
   * ILLEGAL_TRANSITION; where no status is given, the stored one stays.
   */
  save(entity: DraftOf<E>): Promise<EntityOf<E>>;
  /** Saves all of them or none, as one atomic batch. */
  saveMany(entities: readonly DraftOf<E>[]): Promise<readonly EntityOf<E>[]>;
  /** INVALID_ENTITY where the stored entity does not fit its schema. */
  get(id: string): Promise<EntityOf<E> | undefined>;
  /** In the order asked, undefined where there is none. At most 10,000 ids. */
  getMany(ids: readonly string[]): Promise<readonly (EntityOf<E> | undefined)[]>;
  find(options?: FindOptions<E>): Promise<Page<E>>;
  /** All that match, a page at a time; rows that come and go meanwhile neither repeat nor hide others. */
  each(options?: EachOptions<E>): Entities<E>;
  count(where?: WhereOf<E>): Promise<number>;
  /** How many entities hold each value of a field; null is a value. */
  countBy<F extends FieldOf<E>>(
    field: F,
    where?: WhereOf<E>,
  ): Promise<ReadonlyMap<Exclude<FieldValueOf<E, F>, Date> | null, number>>;
  /**
   * Reads, changes and writes as one step: `change` runs again where another writer came between. Of many at once, each
   * is shown what the one before is writing; where that never comes to be stored, `change` runs again too, whatever it
   * gave or threw. NOT_FOUND; ILLEGAL_TRANSITION where `change` moves the status.
   */
  update(id: string, change: (now: EntityOf<E>) => DraftOf<E>): Promise<EntityOf<E>>;
  /** Whether there was one to delete. REFERENCE_VIOLATION where children forbid it. */
  delete(id: string): Promise<boolean>;
  /**
   * How many matched. A transaction for each 1,000, so a failure leaves whole pages deleted. INVALID_QUERY for a
   * condition that is undefined: it would match everything.
   */
  deleteWhere(where: WhereOf<E>): Promise<number>;
  /**
   * One atomic step of the lifecycle: writes the status, the lifecycle's own fields and `patch`, and no other change
   * made to the entity passed in. For an entity its version is expected, else CONFLICT; for an id the step is tried
   * again. NOT_FOUND; ILLEGAL_TRANSITION with `from`, `event` and the `allowed` events.
   */
  transition(
    entity: string | EntityVersion | EntityOf<E>,
    event: EventOf<E>,
    options?: TransitionOptions<E>,
  ): Promise<EntityOf<E>>;
  /** The same, but gives ILLEGAL_TRANSITION, CONFLICT and NOT_FOUND as a result. */
  tryTransition(
    entity: string | EntityVersion | EntityOf<E>,
    event: EventOf<E>,
    options?: TransitionOptions<E>,
  ): Promise<TransitionResult<E>>;
  /**
   * What matches now, then how that changes, each time as of one moment; goes on until the signal is given. The first
   * batch always comes, empty or not; the others say something. Begins by reading the tenant's feed from its beginning;
   * with `after`, only what changed since: then what matches is first told as entered, though it may have been in the
   * result before, and what does not as left. FEED_EXPIRED where `after` is too old: watch anew. INVALID_CURSOR;
   * INVALID_CONFIG inside a transaction.
   */
  watch(options?: WatchOptions<E>): AsyncIterable<WatchBatch<E>>;
  /** The same repository inside a transaction, or over another store. */
  in(session: StoreSession): Repository<E>;
}
