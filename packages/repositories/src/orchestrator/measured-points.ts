import { HoldfastError, timestampMicroseconds, timestampText } from "@holdfast/core";
import { TelemetryChunk } from "./telemetry-chunk.ts";
import type { Measured } from "./telemetry-chunk.ts";
import type { TelemetryPoint } from "./telemetry-types.ts";

/**
 * What was handed in, by metric and in the order of its times, equal times in the order given. A point without a time is
 * of `now`. INVALID_ENTITY, or UNSERIALIZABLE_VALUE for a value that is no finite number.
 */
export function measuredByMetric(points: readonly unknown[], now: number): ReadonlyMap<string, readonly Measured[]> {
  checkList(points);
  const series = new Map<string, Measured[]>();
  for (const [at, point] of points.entries()) {
    const { metric, measured } = readPoint(point, at, now);
    const list = series.get(metric);
    if (list === undefined) series.set(metric, [measured]);
    else list.push(measured);
  }
  for (const list of series.values()) sortByTime(list);
  return series;
}

/** Sorts in place, and keeps the order of equal times. */
export function sortByTime(list: Measured[]): void {
  const isSorted = list.every((point, at) => at === 0 || point[0] >= (list[at - 1]?.[0] ?? point[0]));
  if (!isSorted) list.sort((one, other) => one[0] - other[0]);
}

export function telemetryPoint(metric: string, [at, value]: Measured): TelemetryPoint {
  return { metric, at: timestampText(at), value };
}

/** Microseconds since the epoch of a time that was handed in; INVALID_ENTITY where it is none. */
export function momentOf(time: unknown, path: readonly (string | number)[]): number {
  if (time instanceof Date && !Number.isNaN(time.getTime())) return time.getTime() * 1000;
  const moment = typeof time === "string" ? timestampMicroseconds(time) : undefined;
  if (moment !== undefined) return moment;
  throw wrong(path, "is neither a Date nor UTC text such as 2026-11-22T02:03:04.123456Z");
}

function checkList(points: unknown): void {
  if (!Array.isArray(points)) throw wrong([], "is no list of points");
}

function readPoint(point: unknown, at: number, now: number): { readonly metric: string; readonly measured: Measured } {
  const { metric, value, at: time }: Readonly<Record<string, unknown>> = typeof point === "object" ? { ...point } : {};
  if (typeof metric !== "string") throw wrong([at, "metric"], "is no text");
  if (typeof value !== "number") throw wrong([at, "value"], "is no number");
  if (!Number.isFinite(value)) throw notFinite(value, at);
  return { metric, measured: [time === undefined ? now : momentOf(time, [at, "at"]), value] };
}

function wrong(path: readonly (string | number)[], reason: string): HoldfastError {
  return new HoldfastError(`telemetry: ${path.length === 0 ? "what was given" : `"${path.join(".")}"`} ${reason}`, {
    code: "INVALID_ENTITY",
    details: { type: TelemetryChunk.name, path: [...path], reason },
  });
}

function notFinite(value: number, at: number): HoldfastError {
  return new HoldfastError(`telemetry: "${at}.value" is ${value}, which is not a JSON number`, {
    code: "UNSERIALIZABLE_VALUE",
    details: { path: [at, "value"] },
  });
}
