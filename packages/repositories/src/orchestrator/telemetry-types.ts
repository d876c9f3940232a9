import type { Telemetry } from "./telemetry.ts";
import type { JsonValue } from "@holdfast/core";

/** One measured value, as it is handed in. */
export interface TelemetryPointDraft {
  readonly metric: string;
  /** A finite number. */
  readonly value: number;
  /** A Date or UTC text, `2026-11-22T02:03:04.123456Z`. @default the time of the call */
  readonly at?: Date | string | undefined;
}

/** One measured value, as it is read. */
export interface TelemetryPoint {
  readonly metric: string;
  /** UTC text with microseconds. */
  readonly at: string;
  readonly value: number;
}

export interface SeriesOptions {
  /** The earliest time, itself included. @default the beginning */
  readonly from?: Date | string | undefined;
  /** The latest time, itself included. @default the end */
  readonly to?: Date | string | undefined;
  /** Points at most: of more, those by which a line looks the same. From 2. @default all */
  readonly points?: number | undefined;
}

/** What goes; a point stays that no bound reaches. */
export interface PruneOptions {
  /** @default every metric of the run */
  readonly metric?: string | undefined;
  /** Points before that time go. */
  readonly before?: Date | string | undefined;
  /** Of each metric this many stay, the newest. From 0. */
  readonly newest?: number | undefined;
}

/** What the runs of an orchestrator measured: a document a run, and series of points. */
export interface TelemetryState {
  /** Replaces the run's document, which is any JSON. REFERENCE_VIOLATION for an unknown run; UNSERIALIZABLE_VALUE. */
  writeTelemetry(runId: string, telemetry: JsonValue): Promise<Telemetry>;
  /** The run's document, with the time of its last write. */
  getTelemetry(runId: string): Promise<Telemetry | undefined>;
  /**
   * Adds points to the run's series, all of them or none: of any metrics, in any order of their times, and equal times
   * are kept. Few calls with many points cost the least. REFERENCE_VIOLATION for an unknown run; INVALID_ENTITY;
   * UNSERIALIZABLE_VALUE for NaN and Infinity; INDEX_VALUE_TOO_LARGE for a metric's name of over 512 bytes.
   */
  appendTelemetry(runId: string, points: readonly TelemetryPointDraft[]): Promise<void>;
  /**
   * The points of one metric in the order of their times. With `points`: the first and the last of them, and of each
   * of equal spans of time between the smallest and the greatest value, so that peaks stay. INVALID_QUERY.
   */
  telemetrySeries(runId: string, metric: string, options?: SeriesOptions): Promise<readonly TelemetryPoint[]>;
  /** The point with the latest time; of several of that time, the one that was appended last. */
  lastTelemetry(runId: string, metric: string): Promise<TelemetryPoint | undefined>;
  /** The metrics that the run has points of, by name. */
  telemetryMetrics(runId: string): Promise<readonly string[]>;
  /** How many points went. One transaction a metric. What stays of a series is written anew, as compactly as it can be. */
  pruneTelemetry(runId: string, options: PruneOptions): Promise<number>;
}
