import type { System } from "../subject.ts";
import type { Sample, Workload } from "../workloads/workload.ts";
import { planRounds } from "./plan-rounds.ts";
import { reasonOf } from "./reason-of.ts";
import type { Side } from "./side.ts";
import { someAtOnce } from "./some-at-once.ts";

/** One system's rounds of one workload, or why there are none. */
export type Outcome =
  | { readonly system: System; readonly samples: readonly Sample[] }
  | { readonly system: System; readonly left: string };

export interface Measured {
  readonly workload: Workload;
  readonly outcomes: readonly Outcome[];
  /** What all of it took: filling, warming up and the rounds. */
  readonly seconds: number;
}

export interface RunLimits {
  readonly rounds: number;
  /** More documents than this are not put into a system that is slow to fill. */
  readonly slowMost: number;
}

/** All sides that can do it, made ready some at once and then measured in turns, each alone. */
export async function runWorkload(
  workload: Workload,
  all: readonly Side[],
  { rounds, slowMost }: RunLimits,
): Promise<Measured> {
  const { needs, withVariants = true } = workload;
  const sides = all
    .filter(({ system }) => withVariants || system.variant === undefined)
    .filter((side) => side.can(needs));
  const left = new Map<Side, string>();
  const samples = new Map<Side, Sample[]>(sides.map((side) => [side, []]));
  const attempt = async (side: Side, work: () => Promise<unknown>): Promise<void> => {
    if (left.has(side)) return;
    try {
      await work();
    } catch (error) {
      left.set(side, reasonOf(error));
    }
  };
  const started = performance.now();
  for (const side of sides) {
    const { storedMost } = side.system;
    if (storedMost !== undefined && workload.stored > Math.min(storedMost, slowMost))
      left.set(side, `filling it takes too long`);
  }
  await someAtOnce(sides, (side) => attempt(side, () => side.fill(workload.key)));
  await someAtOnce(sides, (side) => attempt(side, () => side.warm()));
  for (const side of sides) await attempt(side, () => side.pace());
  for (const turns of planRounds(sides, Math.min(rounds, workload.roundsMost ?? rounds))) {
    for (const side of turns) await attempt(side, async () => samples.get(side)?.push(await side.round()));
  }
  const outcomes = sides.map((side): Outcome => {
    const { system } = side;
    const reason = left.get(side);
    return reason === undefined ? { system, samples: samples.get(side) ?? [] } : { system, left: reason };
  });
  return { workload, outcomes, seconds: (performance.now() - started) / 1000 };
}
