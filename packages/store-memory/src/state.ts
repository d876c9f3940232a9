import type { DriverChange, DriverHold, DriverKey, KeyChange, KeyState, TypeStats } from "@holdfast/core";
import type { CompiledModel, IndexSpec } from "./compiled-model.ts";
import type { Buried, Entry } from "./entry.ts";
import type { FeedMarks } from "./feed-marks.ts";
import type { Span } from "./index-key.ts";

/** What becomes of one key, as a round decides it; a tombstone that is let go; a hold that is taken, or ends. */
export type StateChange =
  | KeyChange
  | { readonly kind: "forget"; readonly key: DriverKey }
  | { readonly kind: "hold"; readonly hold: DriverHold }
  | { readonly kind: "release"; readonly tenant: string; readonly name: string };

/** All that a store holds at one moment. A state that was published is never changed again, so anyone may keep it. */
export interface State {
  readonly model: CompiledModel;
  /** No time in the state is above it: a clock that starts here never repeats one. In microseconds. */
  readonly highWater: number;
  readonly feed: FeedMarks;
  get(key: DriverKey): Entry | undefined;
  keyState(key: DriverKey): KeyState | undefined;
  buriedAt(key: DriverKey): Buried | undefined;
  /** A type's in a tenant, by id: those behind an id, or all. */
  buriedBehind(tenant: string, type: string, after: string | undefined): Iterable<Buried>;
  /**
   * Makes an order ready for `along`, where nobody asked for it before and there is much to put in order: others have their
   * turn meanwhile. Undefined where nothing has to be awaited.
   */
  ready(index: IndexSpec): Promise<void> | undefined;
  /** What stands at the keys of a span of an order, from key to key or the other way. Builds at once what was not made ready. */
  along(index: IndexSpec, span: Span, direction: "up" | "down"): Iterable<Entry>;
  /** Makes `entries` and `allEntries` ready: others have their turn meanwhile. No order is kept for it. */
  arrange(): Promise<void>;
  /** Ordered by tenant, then type. */
  stats(): readonly TypeStats[];
  tally(tenant: string, type: string): TypeStats;
  /** The types that have records or tombstones, in order. */
  types(): readonly string[];
  /** All records of a type, ordered by tenant, creation and id. */
  entries(type: string): Iterable<Entry>;
  /** What a tenant's changes above a number left, with their numbers, in their order. */
  changedBehind(tenant: string, number: number): Iterable<readonly [number: number, change: DriverChange]>;
  /** All records, ordered by type, tenant, creation and id. */
  allEntries(): Iterable<Entry>;
  /** Ordered by type, tenant and id. */
  buried(): Iterable<Buried>;
  /**
   * Says that this state takes the place of the one that was the latest, from which it differs by `changes`: what is the
   * latest state is asked most, and answers fastest. Nothing is ever applied to it again.
   */
  publish(before: State, changes: readonly StateChange[]): void;
  /** A copy to change, made without looking at what is in it. */
  clone(): StateDraft;
}

/** A state that is still being written, and seen by nobody else. */
export interface StateDraft extends State {
  /** `number` is the change's, where it has one already. */
  apply(change: StateChange, number?: number): void;
  /** Says what stood beside the records when all of its changes had been made. */
  mark(marks: Pick<State, "highWater" | "feed">): void;
}
