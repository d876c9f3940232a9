import type { Outcome } from "../run/run-workload.ts";
import type { StoreName } from "../subject.ts";
import type { Sample } from "../workloads/workload.ts";
import type { Goal } from "./goals.ts";
import { ratioBeside, ratioTo } from "./ratio.ts";

export type Grade = "goal met" | "floor met" | "missed" | "not measured";

export interface Verdict {
  readonly workload: string;
  readonly store: StoreName;
  readonly goal: Goal;
  readonly system: string;
  readonly ratio: number;
  readonly grade: Grade;
}

export function gradeOf(ratio: number, { better, floor, goal }: Pick<Goal, "better" | "floor" | "goal">): Grade {
  if (Number.isNaN(ratio)) return "not measured";
  const reaches = (bound: number): boolean => (better === "more" ? ratio >= bound : ratio <= bound);
  if (reaches(goal)) return "goal met";
  return reaches(floor) ? "floor met" : "missed";
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
        const ratio = goal.ratio === "to the limit" ? ratioTo(samples, limit) : ratioBeside(samples);
        return { workload, store, goal, system: outcome.system.name, ratio, grade: gradeOf(ratio, goal) };
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
