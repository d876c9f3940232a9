import type {
  DraftOf,
  JsonValue,
  Model,
  OpenOptions,
  Stamps,
  Store,
  StoreSession,
  TransactionOptions,
} from "@holdfast/core";
import type { FindOptions, Page } from "../repository-types.ts";
import type { IntelItem } from "./intel-item.ts";
import type { Run } from "./run.ts";

export interface StateStoreOptions extends Omit<OpenOptions, "model"> {
  /** What is kept in the store; must hold the entities of `orchestratorModel`. @default orchestratorModel */
  readonly model?: Model;
}

export interface OverStoreOptions {
  /** Where the times and ids of new runs come from. @default the system's clock and UUIDv7 */
  readonly stamps?: Stamps;
}

/** What a run is started with. */
export interface RunStart {
  /** @default a new UUIDv7 */
  readonly id?: string | undefined;
  /** Any text, such as "daily". */
  readonly runType: string;
  /** Any JSON. */
  readonly settingsSnapshot: JsonValue;
}

/** Narrows runs; what is left out does not narrow. */
export interface RunFilter {
  readonly status?: string | undefined;
  readonly runType?: string | undefined;
  /** Runs that were created then or later: a Date or UTC text, `2026-11-22T02:03:04.123456Z`. */
  readonly since?: Date | string | undefined;
  /** Runs that were created before then. */
  readonly until?: Date | string | undefined;
}

/** Narrows items; what is left out does not narrow. */
export interface IntelItemFilter {
  readonly runId?: string | undefined;
  /** `null`: the items that nothing was decided about. */
  readonly decision?: string | null | undefined;
  readonly itemType?: string | undefined;
}

/** A whole list. */
export interface ListOptions {
  /** By time of creation, then by id. @default "asc" */
  readonly order?: "asc" | "desc" | undefined;
  /** How many in all, from 1. @default no limit */
  readonly limit?: number | undefined;
}

/** A page of a list. */
export interface PageOptions extends Pick<FindOptions<typeof Run>, "limit" | "after" | "before"> {
  /** By time of creation, then by id. @default "asc" */
  readonly order?: "asc" | "desc" | undefined;
}

/** A new item, or one as it was read. Its id is given as `id` or as `itemId`. */
export type IntelItemDraft = Omit<DraftOf<typeof IntelItem>, "id"> &
  ({ readonly id: string; readonly itemId?: undefined } | { readonly itemId: string; readonly id?: undefined });

export interface UpsertOptions {
  /**
   * What happens where an item of this id is stored that is of another run or of another type. `"refuse"`:
   * ALREADY_EXISTS, and nothing is written. `"move"`: it is of the run and type that are given from now on. `"keep"`: it
   * stays of the run and type that it was of, and takes everything else. @default "refuse"
   */
  readonly onOtherRun?: "refuse" | "move" | "keep" | undefined;
}

/**
 * The state of an orchestrator: runs and what they found, in a store or in an open transaction. Beside the codes named
 * here, every call may throw those of the store, such as STORE_CLOSED and TIMEOUT; nothing is ever written in part.
 */
export interface StateSession {
  /** What it reads and writes through: for repositories of other entities that are to take part in a transaction. */
  readonly session: StoreSession;

  /** A new run with status "running". ALREADY_EXISTS; UNSERIALIZABLE_VALUE for settings that are not JSON. */
  startRun(run: RunStart): Promise<Run>;
  startRun(runId: string, runType: string, settingsSnapshot: JsonValue): Promise<Run>;
  /**
   * Writes the status, the notes (none where none are given) and the time of the end. May be repeated: the last one
   * counts. NOT_FOUND for an unknown run.
   */
  finishRun(runId: string, status: string, notes?: string | null): Promise<Run>;
  getRun(runId: string): Promise<Run | undefined>;
  /** All that match, however many. */
  listRuns(options?: RunFilter & ListOptions): Promise<readonly Run[]>;
  /** A page of them. */
  findRuns(options?: RunFilter & PageOptions): Promise<Page<typeof Run>>;
  countRuns(filter?: RunFilter): Promise<number>;
  /** Deletes the run with its items and telemetry, in one batch. Whether there was one. */
  deleteRun(runId: string): Promise<boolean>;

  /**
   * Inserts the item, or replaces all that is stored under its id but for the time of its creation; what is left out
   * takes its default again. With `version`, that one must be stored, else CONFLICT. REFERENCE_VIOLATION for an unknown
   * run; ALREADY_EXISTS for the id of another run's item, unless `onOtherRun` says otherwise; INVALID_ENTITY.
   */
  upsertIntelItem(item: IntelItemDraft, options?: UpsertOptions): Promise<IntelItem>;
  /**
   * Upserts all of them or none, as one batch, in the order given. Of an id that stands there twice the first decides
   * on the place in the order and the last on the content. Gives each item as it is stored, in the order given.
   */
  upsertIntelItems(items: readonly IntelItemDraft[], options?: UpsertOptions): Promise<readonly IntelItem[]>;
  getIntelItem(itemId: string): Promise<IntelItem | undefined>;
  /** In the order asked, undefined where there is none. At most 10,000 ids. */
  getIntelItems(itemIds: readonly string[]): Promise<readonly (IntelItem | undefined)[]>;
  /** All items of the run, however many, in the order of their creation; none for an unknown run. */
  listIntelItemsForRun(runId: string, options?: ListOptions): Promise<readonly IntelItem[]>;
  /** A page of the items that match. */
  findIntelItems(options?: IntelItemFilter & PageOptions): Promise<Page<typeof IntelItem>>;
  countIntelItems(filter?: IntelItemFilter): Promise<number>;
  /** How many items there are of each decision, of one run or of all; null for those that nothing was decided about. */
  countByDecision(runId?: string): Promise<ReadonlyMap<string | null, number>>;
  /** Whether there was one. */
  deleteIntelItem(itemId: string): Promise<boolean>;

  /**
   * Everything that `work` does through the state that it is handed is done, or, when it throws anything at all, nothing.
   * It may run more than once, when others write at the same time. Inside a transaction: a savepoint.
   */
  transaction<T>(work: (state: StateSession) => Promise<T>, options?: TransactionOptions): Promise<T>;
}

/** An open store of an orchestrator's state. */
export interface StateStore extends StateSession, AsyncDisposable {
  /** The store below: its guarantees, its feed, its backups. */
  readonly store: Store;
  /**
   * Finishes what was accepted; then every call is STORE_CLOSED. Closes the store below only if `openStateStore` opened
   * it. Closing twice is fine.
   */
  close(): Promise<void>;
}
