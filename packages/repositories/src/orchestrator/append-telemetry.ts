/**
 * Points are appended to chunks. A long batch makes chunks of its own. A short one is added to the chunk that this
 * process wrote last, while that is small: written again for each of a few points, it stays cheaper than a record a
 * point, and no process meets another's chunk. Where somebody wrote or deleted it meanwhile, the points go into a new
 * one, so nobody ever waits.
 */
import { queryLimits } from "@holdfast/core";
import { repository } from "../repository.ts";
import { contended, refusedOp } from "../refusals.ts";
import { measuredByMetric, sortByTime } from "./measured-points.ts";
import { TelemetryChunk } from "./telemetry-chunk.ts";
import type { StateContext } from "./state-context.ts";
import type { TelemetryPointDraft } from "./telemetry-types.ts";
import type { Measured } from "./telemetry-chunk.ts";
import type { StoreSession, WriteOp } from "@holdfast/core";

/** Points in a chunk at most. */
const chunkMost = 500;
/** Points up to which a chunk is added to: it is written as a whole each time. */
const growsTo = 64;

type Series = ReadonlyMap<string, readonly Measured[]>;

interface ChunkDraft {
  readonly id: string;
  readonly metric: string;
  readonly points: readonly Measured[];
  /** What must be stored under the id. */
  readonly expect: "absent" | number;
}

export async function appendTelemetry(
  context: StateContext,
  runId: string,
  points: readonly TelemetryPointDraft[],
): Promise<void> {
  const series = measuredByMetric(points, context.stamps.now());
  if (series.size === 0) return;
  const grown = await grownChunks(context, runId, series);
  if (await write(context, runId, [...grown, ...newChunks(context, without(series, grown))])) return;
  if (await write(context, runId, newChunks(context, series))) return;
  throw contended(TelemetryChunk.name);
}

/** New chunks for all points of the series. */
export function newChunks({ stamps }: Pick<StateContext, "stamps">, series: Series): readonly ChunkDraft[] {
  const chunks: ChunkDraft[] = [];
  for (const [metric, points] of series) {
    for (let start = 0; start < points.length; start += chunkMost) {
      chunks.push({ id: stamps.newId(), metric, points: points.slice(start, start + chunkMost), expect: "absent" });
    }
  }
  return chunks;
}

export function chunkOp(runId: string, { id, metric, points, expect }: ChunkDraft): WriteOp {
  const [firstAt = 0, lastAt = 0] = [points[0]?.[0], points.at(-1)?.[0]];
  const body = { runId, metric, firstAt, lastAt, points };
  return { put: { type: TelemetryChunk.name, id, documentVersion: TelemetryChunk.schemaVersion, body }, expect };
}

/** The chunks of this process that have room for what there is of their series. */
async function grownChunks(context: StateContext, runId: string, series: Series): Promise<readonly ChunkDraft[]> {
  const { session, openChunks } = context;
  const ids: string[] = [];
  for (const [metric, points] of series) {
    const id = points.length < growsTo ? openChunks.idOf(runId, metric) : undefined;
    if (id !== undefined && ids.length < queryLimits.idsMost) ids.push(id);
  }
  if (ids.length === 0) return [];
  return (await storedChunks(session, ids)).flatMap((chunk) => {
    const points = [...chunk.points, ...(series.get(chunk.metric) ?? [])];
    if (chunk.runId !== runId || points.length > growsTo) return [];
    sortByTime(points);
    return [{ id: chunk.id, metric: chunk.metric, points, expect: chunk.version }];
  });
}

async function storedChunks(session: StoreSession, ids: readonly string[]): Promise<readonly TelemetryChunk[]> {
  const found = await repository(TelemetryChunk, session).getMany(ids);
  return found.flatMap((chunk) => (chunk === undefined ? [] : [chunk]));
}

function without(series: Series, chunks: readonly ChunkDraft[]): Series {
  const there = new Set(chunks.map(({ metric }) => metric));
  return new Map([...series].filter(([metric]) => !there.has(metric)));
}

/** Whether all was written; nothing was where a chunk had been written by somebody else. */
async function write(
  { session, openChunks }: StateContext,
  runId: string,
  chunks: readonly ChunkDraft[],
): Promise<boolean> {
  const results = await session.write(chunks.map((chunk) => chunkOp(runId, chunk)));
  if (refusedOp(results) !== undefined) return false;
  for (const { metric, id } of chunks) openChunks.remember(runId, metric, id);
  return true;
}
