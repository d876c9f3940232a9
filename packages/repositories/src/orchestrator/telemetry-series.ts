import { compareText } from "@holdfast/core";
import { mapInTurns } from "../map-in-turns.ts";
import { repository } from "../repository.ts";
import { downsample } from "./downsample.ts";
import { listAll } from "./list-all.ts";
import { momentOf, sortByTime, telemetryPoint } from "./measured-points.ts";
import { TelemetryChunk } from "./telemetry-chunk.ts";
import type { StateContext } from "./state-context.ts";
import type { SeriesOptions, TelemetryPoint } from "./telemetry-types.ts";
import type { Measured } from "./telemetry-chunk.ts";
import type { StoreSession } from "@holdfast/core";

export async function telemetrySeries(
  { session }: StateContext,
  runId: string,
  metric: string,
  { from, to, points }: SeriesOptions = {},
): Promise<readonly TelemetryPoint[]> {
  const first = from === undefined ? undefined : momentOf(from, ["from"]);
  const last = to === undefined ? undefined : momentOf(to, ["to"]);
  const chunks = await readChunks(session, runId, metric, { first, last });
  const all = joined(chunks);
  const within = all.filter(([at]) => at >= (first ?? at) && at <= (last ?? at));
  const kept = points === undefined ? within : downsample(within, points);
  return mapInTurns(kept, (point) => telemetryPoint(metric, point));
}

export async function lastTelemetry(
  { session }: StateContext,
  runId: string,
  metric: string,
): Promise<TelemetryPoint | undefined> {
  const { items } = await repository(TelemetryChunk, session).find({
    where: { runId, metric },
    orderBy: [{ field: "lastAt", direction: "desc" }],
    limit: 1,
  });
  const point = items[0]?.points.at(-1);
  return point === undefined ? undefined : telemetryPoint(metric, point);
}

export async function telemetryMetrics({ session }: StateContext, runId: string): Promise<readonly string[]> {
  const chunks = await repository(TelemetryChunk, session).countBy("metric", { runId });
  return [...chunks.keys()].filter((metric) => metric !== null).sort(compareText);
}

/** The chunks of a series that may hold points of a time, in the order in which they were made. */
export async function readChunks(
  session: StoreSession,
  runId: string,
  metric: string,
  { first, last }: { readonly first?: number | undefined; readonly last?: number | undefined },
): Promise<readonly TelemetryChunk[]> {
  const where = {
    runId,
    metric,
    ...(first === undefined ? {} : { lastAt: { gte: first } }),
    ...(last === undefined ? {} : { firstAt: { lte: last } }),
  };
  const orderBy = [{ field: "firstAt", direction: "asc" }] as const;
  const chunks = await listAll(TelemetryChunk, session, { where, orderBy });
  return [...chunks].sort((one, other) => compareText(one.id, other.id));
}

/** All points of chunks in the order of their times; equal times in the order in which they were appended. */
export function joined(chunks: readonly TelemetryChunk[]): readonly Measured[] {
  const points: Measured[] = [];
  for (const chunk of chunks) for (const point of chunk.points) points.push(point);
  sortByTime(points);
  return points;
}
