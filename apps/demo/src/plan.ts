/** How a job or a case ends, or where it is left for the next round. */
export type Ending = "completed" | "failed" | "cancelled" | "awaiting" | "in_progress";

export interface CasePlan {
  readonly id: string;
  readonly name: string;
  /** What each of its steps costs. */
  readonly costs: readonly number[];
  /** A person is asked in the middle, and the work goes on with the answer. */
  readonly asksForInput: boolean;
  readonly ending: Ending;
}

export interface JobPlan {
  readonly id: string;
  readonly name: string;
  readonly cases: readonly CasePlan[];
  readonly ending: Ending;
}

export const jobsPerRound = 12;
const casesPerJob = 3;
const stepsMost = 5;
const tasks = ["Résumé screening", "Call campaign", "Contract translation", "Invoice check", "Route planning"];
const endings: readonly Ending[] = ["completed", "completed", "failed", "cancelled", "awaiting", "in_progress"];

/** What the agent does in one round: the same for the same round, on every machine and on every store. */
export function planRound(round: number): readonly JobPlan[] {
  const random = seededRandom(round);
  return Array.from({ length: jobsPerRound }, (_, at) => {
    const id = `agent-${round}-${at + 1}`;
    return {
      id,
      name: pick(tasks, random, "Task"),
      cases: planCases(id, random),
      ending: pick(endings, random, "failed"),
    };
  });
}

function planCases(jobId: string, random: () => number): readonly CasePlan[] {
  return Array.from({ length: casesPerJob }, (_, at) => ({
    id: `${jobId}-case-${at + 1}`,
    name: `Case ${at + 1}`,
    costs: Array.from({ length: 1 + Math.floor(random() * stepsMost) }, () => Math.round(random() * 400) / 100),
    asksForInput: random() < 0.5,
    ending: pick(endings, random, "failed"),
  }));
}

function pick<T>(from: readonly T[], random: () => number, otherwise: T): T {
  return from[Math.floor(random() * from.length)] ?? otherwise;
}

/** Numbers from 0 up to 1 that look random and follow from the seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
