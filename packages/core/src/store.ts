import type { ChangeBatch, ChangeCursor, ChangesOptions } from "./changes.ts";
import type { Hold } from "./holds.ts";
import type { Layout } from "./layout.ts";
import type { ContentPage, Query, RecordPage, Where } from "./query.ts";
import type { RecordKey, Scalar, StoredRecord, Tombstone, WriteOp, WriteResult } from "./record.ts";
import type { RecordTurn } from "./record-turn.ts";

export interface TransactionOptions {
  /** Reads one snapshot; a write is STORE_READ_ONLY. @default false */
  readonly readOnly?: boolean;
  /** For all tries together, in milliseconds; then TIMEOUT. @default 15_000 */
  readonly timeoutMs?: number;
  /** How often `work` may run in all when it cannot be serialized; then TRANSACTION_CONFLICT. @default 10 */
  readonly tries?: number;
  /** Rolls back with ABORTED, unless the commit was already sent. */
  readonly signal?: AbortSignal;
}

export interface TombstonePage {
  /** Those behind this id. @default from the first on */
  readonly after?: string;
  /** From 1 to 10,000. @default 100 */
  readonly limit?: number;
}

/** What a program reads and writes through: a store, a tenant's view of it, or an open transaction. */
export interface StoreSession {
  /** The records in the order asked, undefined where none is stored. At most 10,000 ids. */
  get(type: string, ids: readonly string[]): Promise<readonly (StoredRecord | undefined)[]>;
  find(query: Query): Promise<RecordPage>;
  count(type: string, where?: Where): Promise<number>;
  /** How many records hold each value of a field; null is a value. */
  countBy(type: string, field: string, where?: Where): Promise<ReadonlyMap<Scalar, number>>;
  /**
   * What the store still knows of the deletes of a type: tombstones by id, behind one where that is given. A record that
   * was created again is none of them. Fewer than asked for are the last.
   */
  tombstones(type: string, page?: TombstonePage): Promise<readonly Tombstone[]>;
  /** All of the ops or none of them; a refused op is a result, not an error. */
  write(ops: readonly WriteOp[]): Promise<readonly WriteResult[]>;
  /**
   * A turn at changing one record by what is found in it. Only stores have turns to give: of those who want the same
   * record, each goes on from what the one before writes. Nothing waits before the turn is read.
   */
  takeTurn?(key: RecordKey): RecordTurn;
  /** Serializable; `work` may run more than once. Inside a transaction: a savepoint, whose failure undoes only itself. */
  transaction<T>(work: (session: StoreSession) => Promise<T>, options?: TransactionOptions): Promise<T>;
}

export interface Guarantees {
  readonly isolation: "serializable";
  /** Who may write at the same time: one process, processes of one host, or of many hosts. */
  readonly writers: "process" | "host" | "hosts";
  /** What an acknowledged write survives. */
  readonly durability: "none" | "process-crash" | "power-loss";
  /** Whether reads may lag behind acknowledged writes. */
  readonly staleReads: boolean;
  /** Whether an open transaction makes all other calls wait for its end, reads too. @default false */
  readonly oneAtATime?: boolean;
  /**
   * What tells followers of commits, beside the clock by which they look in any case: the store itself, through which
   * all commits come; messages of the server; a watch on the files; or nothing else.
   */
  readonly hints: "store" | "notify" | "watch" | "poll";
}

export interface StoreStats {
  readonly records: number;
  readonly tombstones: number;
  /** By tenant and type, ordered by both. */
  readonly types: readonly TypeStats[];
  /** Followers for whom tombstones are kept, by tenant and name. */
  readonly holds: readonly Hold[];
}

export interface TypeStats {
  readonly tenant: string;
  readonly type: string;
  readonly records: number;
  readonly tombstones: number;
}

export interface CheckProblem {
  /**
   * `orphan`: a reference leads nowhere. `link`: a parent's list of children and their references disagree; then `type`
   * and `id` say who lacks something in `field`, and `other` is the record that says that it should be there.
   * `layout`: a document could not be brought into the form of the model, so its fields do not find it.
   */
  readonly kind: "integrity" | "orphan" | "link" | "settings" | "layout";
  readonly message: string;
  readonly type?: string;
  readonly tenant?: string;
  readonly id?: string;
  readonly field?: string;
  readonly other?: RecordKey;
}

export interface CheckReport {
  readonly ok: boolean;
  readonly problems: readonly CheckProblem[];
}

export interface CallLimits {
  readonly signal?: AbortSignal;
  /** In milliseconds, from the call. Above 0, else INVALID_CONFIG. */
  readonly timeoutMs?: number;
}

export interface Store extends StoreSession, AsyncDisposable {
  readonly backend: string;
  readonly guarantees: Guarantees;
  /** The union of all models that opened the store. */
  readonly layout: Layout;
  /** The name of the tenant that this view reads and writes; `default` for the store itself. */
  readonly tenantName: string;
  tenant(name: string): Store;
  /** The tenants that hold records, by name. */
  tenants(): AsyncIterable<string>;
  /**
   * The same view, with limits for each of its calls. They join those of this view and of each transaction's options:
   * every signal counts, and the shortest time.
   */
  within(limits: CallLimits): Store;
  takeTurn(key: RecordKey): RecordTurn;
  /**
   * A page as `find` gives it, without parsing its documents: to compare many records, or to hash them. Two that have the
   * same text are the same. Two whose texts differ may be the same nevertheless, where a document was written by hand and
   * is spelled in another way than a store spells it: `parseContent` tells. Nor is a document known to be whole before that.
   */
  contents(query: Omit<Query, "omit">): Promise<ContentPage>;
  /** Microseconds since the epoch, by the backend's clock. */
  now(): Promise<number>;
  /**
   * The changes of this view's tenant behind a cursor, or from the beginning: for each record its states in the order of
   * their versions, several perhaps joined into the latest, deletes included. None is ever skipped. Ends when caught up
   * or, with `follow`, when the signal is given; closing the store ends it with STORE_CLOSED. INVALID_CURSOR for a cursor
   * of another tenant or store, FEED_EXPIRED for one behind which deletes have been forgotten: begin anew then.
   */
  changes(after?: ChangeCursor, options?: ChangesOptions): AsyncIterable<ChangeBatch>;
  /** Ends a hold of this view's tenant, which a follower took by the option `hold`. Whether there was one. */
  releaseHold(name: string): Promise<boolean>;
  stats(): Promise<StoreStats>;
  /**
   * Looks at every record: that it is whole, that its references lead somewhere, enforced or not, and that lists of
   * children agree with what they mirror.
   */
  check(): Promise<CheckReport>;
  /** Writes an archive of all tenants, as of one moment, as lines of JSON. */
  backup(to: WritableStream<string>): Promise<void>;
  /** Deletes every record of this view's tenant, in one transaction. */
  reset(): Promise<void>;
  /** Finishes what was accepted; then every call is STORE_CLOSED. Closing twice is fine. */
  close(): Promise<void>;
}
