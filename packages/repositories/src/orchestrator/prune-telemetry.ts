import { HoldfastError } from "@holdfast/core";
import { chunkOp, newChunks } from "./append-telemetry.ts";
import { momentOf } from "./measured-points.ts";
import { joined, readChunks, telemetryMetrics } from "./telemetry-series.ts";
import { TelemetryChunk } from "./telemetry-chunk.ts";
import { wholeRunMs } from "./state-context.ts";
import type { StateContext } from "./state-context.ts";
import type { PruneOptions } from "./telemetry-types.ts";
import type { Measured } from "./telemetry-chunk.ts";
import type { StoreSession } from "@holdfast/core";

interface Bounds {
  /** Points before that go, in microseconds since the epoch. */
  readonly before: number;
  /** As many of the newest points stay at most. */
  readonly newest: number;
}

export async function pruneTelemetry(
  context: StateContext,
  runId: string,
  { metric, before, newest }: PruneOptions,
): Promise<number> {
  const bounds = {
    before: before === undefined ? -Infinity : momentOf(before, ["before"]),
    newest: newest === undefined ? Infinity : checkNewest(newest),
  };
  if (before === undefined && newest === undefined) return 0;
  let pruned = 0;
  const metrics = metric === undefined ? await telemetryMetrics(context, runId) : [metric];
  for (const each of metrics) pruned += await pruneSeries(context, runId, each, bounds);
  return pruned;
}

/**
 * One transaction a series. What stays is written anew, in full chunks; a series of which nothing goes stays as it is.
 * Where age alone decides, chunks that are young enough are not even read.
 */
async function pruneSeries(context: StateContext, runId: string, metric: string, bounds: Bounds): Promise<number> {
  const prune = async (session: StoreSession): Promise<number> => {
    const isByAge = bounds.newest === Infinity;
    const chunks = await readChunks(session, runId, metric, isByAge ? { last: bounds.before } : {});
    const points = joined(chunks);
    const kept = remaining(points, bounds);
    if (kept.length === points.length) return 0;
    await session.write([
      ...chunks.map(({ id }) => ({ delete: { type: TelemetryChunk.name, id }, expect: "any" as const })),
      ...newChunks(context, new Map([[metric, kept]])).map((chunk) => chunkOp(runId, chunk)),
    ]);
    return points.length - kept.length;
  };
  return context.session.transaction(prune, { timeoutMs: wholeRunMs });
}

function remaining(points: readonly Measured[], { before, newest }: Bounds): readonly Measured[] {
  const young = points.filter(([at]) => at >= before);
  return young.length > newest ? young.slice(young.length - newest) : young;
}

function checkNewest(newest: number): number {
  if (Number.isSafeInteger(newest) && newest >= 0) return newest;
  throw new HoldfastError(`"newest" is a whole number from 0, and not ${newest}`, { code: "INVALID_QUERY" });
}
