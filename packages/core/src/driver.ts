import type { Condition } from "./condition.ts";
import type { Hold } from "./holds.ts";
import type { Layout } from "./layout.ts";
import type { Lift } from "./lift.ts";
import type { LayoutPruning } from "./pruned-layout.ts";
import type { Durability, Logger } from "./open-options.ts";
import type { Expect, JsonObject, Refusal, Scalar, Tombstone } from "./record.ts";
import type { Stamps } from "./stamps.ts";
import type { CheckProblem, Guarantees, TypeStats } from "./store.ts";

/** A stored record as drivers keep it: the body stays the text that `JSON.stringify` made. */
export interface RecordText {
  readonly type: string;
  readonly tenant: string;
  readonly id: string;
  readonly version: number;
  readonly documentVersion: number;
  readonly created: number;
  readonly updated: number;
  /** `{}` where the query omitted the body. */
  readonly text: string;
  /** What the text says, where the backend has it parsed already. It is shared: what is handed out is a copy of it. */
  readonly body?: JsonObject;
}

/** The values of the declared fields of one record, by field name; a field that is not there is null. */
export type FieldValues = ReadonlyMap<string, Scalar>;

export interface DriverKey {
  readonly tenant: string;
  readonly type: string;
  readonly id: string;
}

/** One op of a group, checked and encoded: ids are valid, texts are JSON, values are of their fields' kinds. */
export type DriverOp =
  | (DriverKey & {
      readonly kind: "put";
      readonly documentVersion: number;
      readonly text: string;
      readonly fields: FieldValues;
      readonly expect: Expect;
      readonly match?: ReadonlyMap<string, Scalar>;
      /**
       * The group of the same round that this one is built on. `planRound` refuses the put where that one was not done:
       * a version alone does not tell it from another writer's.
       */
      readonly after?: DriverGroup;
    })
  | (DriverKey & { readonly kind: "delete"; readonly expect: Expect })
  | (DriverKey & { readonly kind: "check"; readonly expect: Expect })
  | (DriverKey & { readonly kind: "restore"; readonly record: RecordText; readonly fields: FieldValues })
  | (DriverKey & { readonly kind: "bury"; readonly tombstone: Tombstone });

/** Ops that are done all together or not at all. */
export type DriverGroup = readonly DriverOp[];

export type OpResult =
  | { readonly ok: true; readonly record?: RecordText }
  | { readonly ok: false; readonly why: Refusal; readonly record?: RecordText };
export type GroupResult = readonly OpResult[];

/** A round that a driver has asked for. */
export interface DriverRound {
  readonly groups: readonly DriverGroup[];
  /**
   * Takes what becomes of the groups, once their commit is durable: undefined for one that was not done. Rejects where
   * it is not known.
   */
  readonly settle: (outcome: Promise<readonly (GroupResult | undefined)[]>) => void;
}

/** What is to be done now; undefined where nothing waits. */
export type NextRound = () => Promise<DriverRound | undefined>;

export interface OrderTerm {
  readonly field: string;
  readonly descending: boolean;
}

/** A page to read in the order given; core turns a page before a token round, so drivers only ever go forward. */
export interface DriverQuery {
  readonly type: string;
  readonly where: Condition;
  /** Complete: the last term is `id`. Null sorts first ascending, last descending; times are microseconds. */
  readonly order: readonly OrderTerm[];
  /** Only rows strictly behind this place: one value for each term of the order. */
  readonly after?: readonly Scalar[];
  readonly limit: number;
  readonly omitBody: boolean;
}

export interface FoundRecord {
  readonly record: RecordText;
  /** The record's value for each term of the order. */
  readonly place: readonly Scalar[];
}

/** The state in which a change left a record. */
export type DriverChange =
  | { readonly kind: "put"; readonly record: RecordText }
  | { readonly kind: "delete"; readonly tombstone: Tombstone };

/** How much is read at once. */
export interface FeedLimits {
  readonly changes: number;
  /** Of the documents' text, about; one change alone may have more. */
  readonly bytes: number;
}

/** Some changes of a tenant, in an order in which none is ever skipped. */
export interface DriverChanges {
  /** Each record once, in its latest state. */
  readonly changes: readonly DriverChange[];
  /** Where to go on: what the driver likes, which core seals and hands back. It must name the store that it is of. */
  readonly next: readonly Scalar[];
  /** Whether whoever has applied all changes up to here holds what the tenant held at the moment of this read. */
  readonly caughtUp: boolean;
}

export interface DriverHold extends Hold {
  /** As `changes` gave it. */
  readonly place: readonly Scalar[];
}

export interface Reader {
  /** In the order asked; ids may repeat. */
  get(tenant: string, type: string, ids: readonly string[]): Promise<readonly (RecordText | undefined)[]>;
  find(tenant: string, query: DriverQuery): Promise<readonly FoundRecord[]>;
  count(tenant: string, type: string, where: Condition): Promise<number>;
  countBy(tenant: string, type: string, field: string, where: Condition): Promise<ReadonlyMap<Scalar, number>>;
}

export interface Writer extends Reader {
  /** As the driver's, of the transaction's moment. */
  stats(): Promise<readonly TypeStats[]>;
  /** At most `limit` tombstones of a type in a tenant behind an id, or from the first, by id; of the transaction's moment. */
  tombstones(tenant: string, type: string, after: string | undefined, limit: number): Promise<readonly Tombstone[]>;
  /** Like the driver's, inside the transaction: reads see it at once. */
  apply(groups: readonly DriverGroup[]): Promise<readonly GroupResult[]>;
  /** Undoes what `work` wrote if it throws, and throws the same. */
  savepoint<T>(work: (writer: Writer) => Promise<T>): Promise<T>;
}

export interface DriverOptions {
  readonly stamps: Stamps;
  /** The model's: for the fields of documents that are stored in an older form. @default they stay as they are */
  readonly lift?: Lift;
  readonly durability: Durability;
  readonly layout: "upgrade" | "check";
  readonly access: "write" | "read";
  readonly lockTimeoutMs: number;
  readonly busyTimeoutMs: number;
  readonly logger: Logger;
  readonly signal?: AbortSignal;
}

/**
 * What a backend writes; `createStore` builds the Store over it. Every failure is a HoldfastError: retryable where the
 * whole call may be made again, with the outcome said. Calls come concurrently; a driver with one writer queues them.
 */
export interface Driver extends Reader, AsyncDisposable {
  /** Known once open. */
  readonly guarantees: Guarantees;
  /** Equal for two drivers exactly where they keep the same data: a resolved path, a database and schema. Known once open. */
  readonly identity: string;
  /** Brings the stored model to the union of itself and `layout`, and returns that union. */
  open(layout: Layout, options: DriverOptions): Promise<Layout>;
  /**
   * Does a round of independent groups in one durable commit. A thrown error undid all of them. The signal is heeded
   * while the round waits for its turn or for a lock and between statements, never once it commits: then its reason is thrown.
   */
  apply(groups: readonly DriverGroup[], signal?: AbortSignal): Promise<readonly GroupResult[]>;
  /**
   * The same for one group, done before this returns. Undefined where it takes more, or where something is in the way:
   * then nothing was done, and `apply` does it, or finds out what it was. Missing where it always takes more.
   */
  applyAtOnce?(group: DriverGroup): GroupResult | undefined;
  /**
   * Does rounds one behind the other, each of independent groups: asks for the next one when only the commit is left to
   * one, and begins it while that is under way. A group that takes more, or in whose way something is, may be left undone;
   * so is a whole round that fails with nothing applied. Then no further round is asked for, and `apply` does what was left,
   * or finds out what it was. Resolves when all that was taken is settled. Missing where nothing can begin during a commit.
   */
  applyInTurn?(next: NextRound): Promise<void>;
  /** As `get`, done before this returns. Undefined where it takes more: then `get` does it, or says what is in the way. */
  getAtOnce?(tenant: string, type: string, ids: readonly string[]): readonly (RecordText | undefined)[] | undefined;
  /** Whether one read of many ids takes less than a read of each, so that those which come together are joined. */
  readonly joinsReads?: boolean;
  /**
   * Commits when `work` resolves, rolls back when it rejects and throws the same. Serializable; no retries. The signal
   * may be heeded while the transaction waits for its turn, a connection or a lock, never once it commits.
   */
  transaction<T>(mode: "read" | "write", work: (writer: Writer) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Microseconds since the epoch by the backend's clock. */
  now(): Promise<number>;
  /** Ordered by tenant, then type. */
  stats(): Promise<readonly TypeStats[]>;
  check(): Promise<readonly CheckProblem[]>;
  /**
   * Forgets tombstones of deletes before this time, in microseconds, but none that a hold's follower has not seen;
   * returns how many. In batches, between which others write and the signal is heeded. A hold that has expired by the
   * clock of `stamps` goes with them.
   */
  prune(before: number, signal?: AbortSignal): Promise<number>;
  /** Takes a hold or moves it on; its `since` is that of the first time. Fails as `changes` does for its place. */
  hold(hold: DriverHold): Promise<void>;
  /** Whether there was one. */
  release(tenant: string, name: string): Promise<boolean>;
  /** Ordered by tenant, then name. */
  holds(): Promise<readonly Hold[]>;
  /**
   * The next changes of a tenant behind a place that it gave before, or from the beginning: then that is every
   * record and tombstone. INVALID_CURSOR for a place of another store; FEED_EXPIRED where tombstones behind the place
   * may have been pruned, or where the store was taken back to an earlier state.
   */
  changes(tenant: string, after: readonly Scalar[] | undefined, limits: FeedLimits): Promise<DriverChanges>;
  /**
   * Hints for one follower, which ends when the signal is given: resolves when others may have committed more since the
   * call, and at the end. It is called again after each hint, and may keep open what it needs until the end. Hints may
   * come late, for nothing, or not at all, since followers ask by the clock as well; undefined where there are none.
   */
  wake?(follower: AbortSignal): Promise<void> | undefined;
  /**
   * Instead of `open`: the statements that opening with this layout would change tables with, for somebody else to run.
   * Missing where a backend has none. The driver is only closed behind it.
   */
  planLayout?(layout: Layout, options: DriverOptions): Promise<readonly string[]>;
  /**
   * Takes out of the stored model what this layout lacks, as `prunedLayout` says; a preview changes nothing.
   * LAYOUT_OUTDATED while records are brought over. Missing where a backend keeps its model for good.
   */
  pruneLayout?(layout: Layout, mode: "preview" | "apply"): Promise<LayoutPruning>;
}
