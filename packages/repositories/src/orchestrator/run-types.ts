import type { Page } from "../repository-types.ts";
import type { ListOptions, PageOptions } from "./list-options.ts";
import type { Run } from "./run.ts";
import type { JsonValue } from "@holdfast/core";

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

/** The runs of an orchestrator. */
export interface RunState {
  /** A new run with status "running". ALREADY_EXISTS; UNSERIALIZABLE_VALUE for settings that are not JSON. */
  startRun(run: RunStart): Promise<Run>;
  startRun(runId: string, runType: string, settingsSnapshot: JsonValue): Promise<Run>;
  /**
   * Writes the status, the notes (none where none are given) and the time of the end. May be repeated: the last one
   * counts. NOT_FOUND for an unknown run.
   */
  finishRun(runId: string, status: string, notes?: string | null): Promise<Run>;
  getRun(runId: string): Promise<Run | undefined>;
  /** All that match, however many, as of one moment. */
  listRuns(options?: RunFilter & ListOptions): Promise<readonly Run[]>;
  /** A page of those that match. */
  findRuns(options?: RunFilter & PageOptions): Promise<Page<typeof Run>>;
  countRuns(filter?: RunFilter): Promise<number>;
  /** Deletes the run with its items and telemetry, in one batch. Whether there was one. */
  deleteRun(runId: string): Promise<boolean>;
}
