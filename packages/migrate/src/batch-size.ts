import { HoldfastError, queryLimits } from "@holdfast/core";

/** Records that are read and written at once. */
export const defaultBatch = 1_000;

/** The batch size asked for; INVALID_CONFIG unless it is a whole number that a page can have. */
export function checkBatch(batch: number = defaultBatch): number {
  if (Number.isInteger(batch) && batch >= 1 && batch <= queryLimits.pageMost) return batch;
  throw new HoldfastError(`"batch" is a whole number from 1 to ${queryLimits.pageMost}`, { code: "INVALID_CONFIG" });
}
