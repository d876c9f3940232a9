import { HoldfastError } from "@holdfast/core";
import type { Measured } from "./telemetry-chunk.ts";

/** Of each span of time: where its smallest and its greatest value stand. */
interface Extremes {
  least: number;
  most: number;
}

/**
 * At most `most` of the points, by which a line looks the same: the first and the last, and between them the smallest and
 * the greatest value of each of (most - 2) / 2 equal spans of time, so no peak is lost from 4 points on. Real points,
 * in their order; all of them where they are not more. After "M4: A Visualization-Oriented Time Series Data Aggregation"
 * (Jugel and others, 2014), without the first and last point of each span. INVALID_QUERY for less than 2.
 */
export function downsample(points: readonly Measured[], most: number): readonly Measured[] {
  if (!Number.isSafeInteger(most) || most < 2) throw tooFew(most);
  const [first, last] = [points[0], points.at(-1)];
  if (points.length <= most || first === undefined || last === undefined) return points;
  const spans = Math.floor((most - 2) / 2);
  const kept: Measured[] = [first];
  for (const extremes of extremesOf(points, first[0], last[0], spans)) {
    if (extremes === undefined) continue;
    const { least, most: greatest } = extremes;
    for (const at of new Set([Math.min(least, greatest), Math.max(least, greatest)])) kept.push(points[at] ?? first);
  }
  return [...kept, last];
}

function extremesOf(
  points: readonly Measured[],
  start: number,
  end: number,
  spans: number,
): readonly (Extremes | undefined)[] {
  const found: (Extremes | undefined)[] = Array.from({ length: spans }, () => undefined);
  if (spans === 0) return found;
  const length = Math.max(end - start, 1);
  const valueAt = (at: number): number => points[at]?.[1] ?? 0;
  for (let at = 1; at < points.length - 1; at++) {
    const [time = start] = points[at] ?? [];
    const span = Math.min(Math.floor(((time - start) / length) * spans), spans - 1);
    const extremes = found[span];
    if (extremes === undefined) found[span] = { least: at, most: at };
    else if (valueAt(at) < valueAt(extremes.least)) extremes.least = at;
    else if (valueAt(at) > valueAt(extremes.most)) extremes.most = at;
  }
  return found;
}

function tooFew(most: number): HoldfastError {
  return new HoldfastError(`a series is shown by 2 points at least, and a whole number of them, not by ${most}`, {
    code: "INVALID_QUERY",
  });
}
