import type { Sample } from "../workloads/workload.ts";
import { median } from "./median.ts";

/** The median of each round's own ratio, so that what the machine did in a round stands on both sides. */
export function ratioTo(ours: readonly Sample[], theirs: readonly Sample[]): number {
  return median(ratiosTo(ours, theirs));
}

/** Each round's own. */
export function ratiosTo(ours: readonly Sample[], theirs: readonly Sample[]): readonly number[] {
  return ours.flatMap(({ value }, round) => {
    const their = theirs[round];
    return their === undefined ? [] : [value / their.value];
  });
}

/** The same to what each round of the same system measured beside it. */
export function ratioBeside(samples: readonly Sample[]): number {
  return median(ratiosBeside(samples));
}

export function ratiosBeside(samples: readonly Sample[]): readonly number[] {
  return samples.flatMap(({ value, beside }) => (beside === undefined ? [] : [value / beside]));
}
