/**
 * How many operations a round has: as many as the workload says, or as many as a slow system does in the time of a
 * round.
 *
 * @param tried how long a first few operations took
 */
export function pace(
  tried: { readonly operations: number; readonly milliseconds: number },
  { fewest, most, roundMs }: { readonly fewest: number; readonly most: number; readonly roundMs: number },
): number {
  const each = tried.milliseconds / tried.operations;
  return Math.min(most, Math.max(Math.min(fewest, most), Math.floor(roundMs / each)));
}
