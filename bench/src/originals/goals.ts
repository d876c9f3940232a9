import { timesFaster } from "./compare-originals.ts";
import type { Measured } from "./compare-originals.ts";
import type { Times } from "./measure-system.ts";

/** So many times faster than an original's own way each of our files has to be. */
interface Goal {
  readonly original: string;
  readonly key: keyof Times;
  readonly says: string;
  readonly least: number;
}

const goals: readonly Goal[] = [
  { original: "original-json-file", key: "saved", says: "one by one", least: 100 },
  { original: "original-connection-per-call", key: "saved", says: "one by one", least: 5 },
  { original: "original-json-file", key: "batch", says: "in one batch", least: 5 },
];

export interface Verdict {
  readonly of: string;
  readonly goal: Goal;
  readonly ratio: number;
  readonly isMet: boolean;
}

export function verdicts(measured: readonly Measured[]): readonly Verdict[] {
  return measured
    .filter(({ system }) => system.side !== "original")
    .flatMap((ours) =>
      goals.map((goal) => {
        const original = measured.find(({ system }) => system.name === goal.original);
        const ratio = original === undefined ? Number.NaN : timesFaster(ours, original, goal.key);
        return { of: ours.system.name, goal, ratio, isMet: ratio >= goal.least };
      }),
    );
}
