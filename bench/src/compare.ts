import { median } from "./median.ts";
import type { Pair } from "./subject.ts";
import type { Workload } from "./workloads.ts";

export interface Comparison {
  readonly pair: string;
  readonly limit: string;
  readonly workload: string;
  /** Operations a second, median over the rounds. */
  readonly ours: number;
  readonly limitRate: number;
  /** Median of the rounds' own ratios, ours by the limit: above 1 is faster than the limit. */
  readonly ratio: number;
}

/** Runs both sides in turn (A B, B A, …) on fresh stores and compares within each round, so that noise hits both. */
export async function compare(
  pair: Pair,
  workloads: readonly Workload[],
  count: number,
  rounds: number,
): Promise<Comparison[]> {
  const rates = workloads.map(() => ({ ours: new Array<number>(), limit: new Array<number>() }));
  await using ours = await pair.openOurs();
  await using limit = await pair.openLimit();
  for (let round = 0; round < rounds; round++) {
    const sides = [
      { subject: ours, side: "ours" },
      { subject: limit, side: "limit" },
    ] as const;
    for (const { subject, side } of round % 2 === 0 ? sides : sides.toReversed()) {
      for (const [at, workload] of workloads.entries()) {
        const started = performance.now();
        await workload.run(subject, count, round);
        rates[at]?.[side].push((count * 1000) / (performance.now() - started));
      }
    }
  }
  return workloads.map((workload, at) => {
    const { ours: our = [], limit: their = [] } = rates[at] ?? {};
    const ratio = median(our.map((rate, round) => rate / (their[round] ?? rate)));
    return {
      pair: pair.name,
      limit: pair.limit,
      workload: workload.name,
      ours: median(our),
      limitRate: median(their),
      ratio,
    };
  });
}
