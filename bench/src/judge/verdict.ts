import type { Outcome } from "../run/run-workload.ts";
import type { StoreName } from "../subject.ts";
import type { Sample } from "../workloads/workload.ts";
import type { Goal } from "./goals.ts";
import { median } from "./median.ts";
import { ratiosBeside, ratiosTo } from "./ratio.ts";

export type Grade = "goal met" | "floor met" | "floor missed" | "not measured";

export interface Verdict {
  readonly workload: string;
  readonly store: StoreName;
  readonly goal: Goal;
  readonly system: string;
  /** The median of the rounds' own, by which it is graded. */
  readonly ratio: number;
  /** The least and the most of them. */
  readonly range: readonly [number, number];
  readonly grade: Grade;
}

export function gradeOf(ratio: number, { better, floor, goal }: Pick<Goal, "better" | "floor" | "goal">): Grade {
  if (Number.isNaN(ratio)) return "not measured";
  const reaches = (bound: number): boolean => (better === "more" ? ratio >= bound : ratio <= bound);
  if (reaches(goal)) return "goal met";
  return reaches(floor) ? "floor met" : "floor missed";
}

/** What a workload of ours came to, for each of our systems in it that syncs what it is told, as the limits do. */
export function verdictsOf(
  workload: string,
  store: StoreName,
  outcomes: readonly Outcome[],
  goals: readonly Goal[],
): readonly Verdict[] {
  const own = goals.filter((goal) => goal.store === store && isFor(goal, workload));
  const limit = samplesOf(outcomes.find(({ system }) => system.side === "limit"));
  return own.flatMap((goal) =>
    outcomes
      .filter(({ system }) => system.side === "ours" && system.durability === "power-loss")
      .map((outcome): Verdict => {
        const samples = samplesOf(outcome);
        const ratios = goal.ratio === "to the limit" ? ratiosTo(samples, limit) : ratiosBeside(samples);
        const ratio = median(ratios);
        const range = [Math.min(...ratios), Math.max(...ratios)] as const;
        return { workload, store, goal, system: outcome.system.name, ratio, range, grade: gradeOf(ratio, goal) };
      }),
  );
}

/** A goal for growth stands for each number of documents. */
export function isFor(goal: Pick<Goal, "workload">, workload: string): boolean {
  return workload === goal.workload || workload.replace(/ \d+$/, "") === goal.workload;
}

function samplesOf(outcome: Outcome | undefined): readonly Sample[] {
  return outcome !== undefined && "samples" in outcome ? outcome.samples : [];
}
