import type { IntelItemState } from "./intel-item-types.ts";
import type { RunState } from "./run-types.ts";
import type { TelemetryState } from "./telemetry-types.ts";
import type { Model, OpenOptions, Stamps, Store, StoreSession, TransactionOptions } from "@holdfast/core";

export interface StateStoreOptions extends Omit<OpenOptions, "model"> {
  /** What is kept in the store; must hold the entities of `orchestratorModel`. @default orchestratorModel */
  readonly model?: Model;
}

export interface OverStoreOptions {
  /** Where the times and ids of new runs come from. @default the system's clock and UUIDv7 */
  readonly stamps?: Stamps;
}

/**
 * The state of an orchestrator, in a store or in an open transaction: runs, what they found and what they measured.
 * Beside the codes that its calls name, each may throw those of the store, such as STORE_CLOSED and TIMEOUT. Nothing is
 * ever written in part.
 */
export interface StateSession extends RunState, IntelItemState, TelemetryState {
  /** What it reads and writes through: for repositories of other entities that are to take part in a transaction. */
  readonly session: StoreSession;
  /**
   * Everything that `work` does through the state that it is handed is done, or, when it throws anything at all, nothing.
   * It may run more than once, when others write at the same time. Inside a transaction: a savepoint.
   */
  transaction<T>(work: (state: StateSession) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** The same state inside a transaction that was begun on the store itself. */
  in(session: StoreSession): StateSession;
}

/** An open store of an orchestrator's state. */
export interface StateStore extends StateSession, AsyncDisposable {
  /** The store below: its guarantees, its feed, its backups. */
  readonly store: Store;
  /**
   * Finishes what was accepted; then every call is STORE_CLOSED. Closes the store below only if `openStateStore` opened
   * it. Closing twice is fine; TRANSACTION_OUTER_USE inside a transaction of its own.
   */
  close(): Promise<void>;
}
