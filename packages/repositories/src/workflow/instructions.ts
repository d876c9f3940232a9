import type { Job } from "./job.ts";

export type JobInstructions = NonNullable<NonNullable<Job["jobContext"]>["jobInstructions"]>;

/** What a job has used up. */
export interface JobUsage {
  readonly cases: number;
  readonly cost: number;
  /** In seconds. */
  readonly duration: number;
}

export type InstructionsCheck =
  | { readonly ok: true }
  /** Which limit was reached first, in the order cases, duration, cost. */
  | { readonly ok: false; readonly limit: "cases" | "duration" | "cost"; readonly message: string };

/** Whether a job may go on. A limit is reached when the usage equals it; null and 0 are no limit. */
export function checkInstructions(
  { maxCases, maxDuration, maxCost }: Pick<JobInstructions, "maxCases" | "maxDuration" | "maxCost">,
  usage: JobUsage,
): InstructionsCheck {
  if (isReached(maxCases, usage.cases)) {
    return { ok: false, limit: "cases", message: `Max cases ${maxCases} reached` };
  }
  if (isReached(maxDuration, usage.duration)) {
    return { ok: false, limit: "duration", message: `Max duration ${maxDuration} seconds reached` };
  }
  if (isReached(maxCost, usage.cost))
    return { ok: false, limit: "cost", message: `Max cost ${amount(maxCost)} reached` };
  return { ok: true };
}

function isReached(limit: number | null, used: number): boolean {
  return limit !== null && limit !== 0 && used >= limit;
}

/** With at least one decimal, since a cost is none of a count. */
function amount(cost: number | null): string {
  return Number.isInteger(cost) ? `${cost}.0` : String(cost);
}
