import { defineEntity } from "@holdfast/core";
import { z } from "zod";
import type { EntityOf } from "@holdfast/core";

/** A time, in microseconds since the epoch, and the value that was measured then. */
export type Measured = readonly [at: number, value: number];

/** Lists are long and checked often, so each is one step for the schema. */
const measuredList = z.custom<readonly Measured[]>((list) => Array.isArray(list) && list.every(isMeasured));

/**
 * What was measured of one metric in one run, many points a record: one record a point took over ten times as long to
 * write. Chunks of a series may overlap in time. They go with their run when that is deleted.
 */
export const TelemetryChunk = defineEntity({
  name: "TelemetryChunk",
  schema: z.object({
    runId: z.string(),
    metric: z.string(),
    /** The earliest time of the points. */
    firstAt: z.number(),
    /** The latest time of the points. */
    lastAt: z.number(),
    /** In the order of their times, equal times in the order in which they were appended. */
    points: measuredList,
  }),
  indexes: [
    ["runId", "metric", "firstAt"],
    ["runId", "metric", "lastAt"],
  ],
  references: { runId: { to: "Run", onDelete: "cascade" } },
});
export type TelemetryChunk = EntityOf<typeof TelemetryChunk>;

function isMeasured(value: unknown): value is Measured {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "number" && typeof value[1] === "number";
}
