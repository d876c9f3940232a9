import type { Sample } from "../workloads/workload.ts";
import { median } from "./median.ts";

/** The median of each round's own ratio, so that what the machine did in a round stands on both sides. */
export function ratioTo(ours: readonly Sample[], theirs: readonly Sample[]): number {
  const ratios = ours.flatMap(({ value }, round) => {
    const their = theirs[round];
    return their === undefined ? [] : [value / their.value];
  });
  return median(ratios);
}

/** The same to what each round of the same system measured beside it. */
export function ratioBeside(samples: readonly Sample[]): number {
  return median(samples.flatMap(({ value, beside }) => (beside === undefined ? [] : [value / beside])));
}
