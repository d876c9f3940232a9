import type {
  CheckProblem,
  DriverKey,
  DriverOptions,
  Guarantees,
  JsonObject,
  Layout,
  RecordText,
  Tombstone,
} from "@holdfast/core";
import type { FeedMarks } from "./feed-marks.ts";
import type { State, StateChange } from "./state.ts";

/** What was saved: its model first, then its records and tombstones, piece by piece. */
export interface SavedState {
  readonly layout: Layout;
  /** No time that was ever given out is above it. In microseconds. */
  readonly highWater: number;
  /** Undefined where what was saved knows of none: then it gets a new one. */
  readonly feed?: FeedMarks | undefined;
  readonly pieces: AsyncIterable<readonly SavedPiece[]> | Iterable<readonly SavedPiece[]>;
  /**
   * Proves what was saved whole, and then answers for single records: so the pieces are read only when more is asked for
   * than that. Undefined where they have to be read to know whether they are whole. Called at most once.
   */
  readonly lookup?: () => Promise<SavedLookup | undefined>;
}

/** Answers for single records of what was saved, without reading the others. */
export interface SavedLookup {
  get(key: DriverKey): Promise<RecordText | undefined>;
  /** Called once, when the pieces were read or the store closes; lookups that were begun are answered still. */
  close(): Promise<void>;
}

/**
 * `body` is there where the text was parsed already. `change`: its number in the feed; what has none counts as changed
 * behind all that has one.
 */
export type SavedPiece =
  | { readonly kind: "record"; readonly record: RecordText; readonly body?: JsonObject; readonly change?: number }
  | { readonly kind: "tombstone"; readonly tombstone: Tombstone; readonly change?: number };

/** What one commit saved of a key. */
export type SavedChange = SavedPiece | { readonly kind: "forgotten"; readonly key: DriverKey };

/** What one commit saved, with the marks that stood then. */
export interface SavedRound {
  readonly highWater: number;
  readonly feed: FeedMarks;
  readonly changes: readonly SavedChange[];
}

/** What was saved since the last look. */
export type Followed =
  | { readonly kind: "nothing" }
  | { readonly kind: "rounds"; readonly rounds: readonly SavedRound[] }
  | { readonly kind: "state"; readonly saved: SavedState };

/** Where a StateDriver keeps what it holds. Every failure is a HoldfastError. */
export interface Medium {
  /** As a driver's; known once loaded. */
  readonly identity: string;
  /** As a driver's; known once loaded. */
  readonly guarantees: Guarantees;
  /** Takes hold of the place, and gives what was saved there, if anything was. */
  load(options: DriverOptions): Promise<SavedState | undefined>;
  /**
   * For readers beside a writing process: what was saved since the last look. `anew` where what the last look gave could not
   * be taken in: then it is a whole state.
   */
  follow?(from: "last" | "anew"): Promise<Followed>;
  /**
   * Makes `next` what is saved. `changes` are what differs from `before`, which is what was saved last, each key once;
   * without them all may differ. Nobody sees `next` before this resolves, and nobody ever does if it rejects. One call at
   * a time.
   */
  commit(next: State, changes: readonly StateChange[], before?: State): Promise<void>;
  /** What is wrong with the place itself, or differs there from `state`, which is what it holds at the call. */
  check?(state: State): Promise<readonly CheckProblem[]>;
  /** As a driver's. */
  wake?(follower: AbortSignal): Promise<void> | undefined;
  /**
   * Lets go of the place. `last` gives the state that was saved last, and may have to read it for that. Called once;
   * without it after a `load` that failed.
   */
  close(last?: () => Promise<State>): Promise<void>;
}
