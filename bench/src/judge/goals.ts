import { growingNames } from "../workloads/growth.ts";
import type { StoreName } from "../subject.ts";

/** What a workload has to come to, as a ratio. */
export interface Goal {
  /** The key of the workload; for growth, without the number of documents. */
  readonly workload: string;
  readonly store: StoreName;
  /** Of what by what: ours by the limit, or ours by what stands beside it in the same round. */
  readonly ratio: "to the limit" | "to what is beside it";
  /** Whether a larger ratio is a better one. */
  readonly better: "more" | "less";
  readonly floor: number;
  readonly goal: number;
}

type Row = readonly [workload: string, ...pairs: readonly (readonly [floor: number, goal: number] | undefined)[]];

const stores: readonly StoreName[] = ["json", "sqlite", "postgres"];

/** Each pair is floor and goal; the columns are JSON, SQLite and Postgres. */
const toTheLimit: readonly Row[] = [
  ["w1", [0.85, 1.1], [0.85, 1.0], [0.9, 1.2]],
  ["w2", [8, 12], [5, 10], [3, 4.5]],
  ["w3", [0.7, 0.9], [0.8, 1.0], [0.75, 0.95]],
  ["w4", [0.8, 1.5], [0.8, 1.2], [0.9, 1.15]],
  ["w4c", undefined, undefined, [2.5, 5]],
  ["w5", undefined, [0.85, 1.0], [0.9, 1.0]],
  ["w6", [40, 150], [0.85, 1.0], [0.9, 1.0]],
  ["w7", [0.8, 1.1], [0.85, 1.05], [1.0, 1.4]],
  ["w7c", [8, 11], [3, 5], [3, 4.5]],
  ["w7h", [8, 11], [5, 10], [10, 50]],
  ["w9", undefined, [0.3, 0.45], [0.5, 0.8]],
  ["w9j", undefined, undefined, [0.5, 0.8]],
  ["w9a", [0.7, 0.9], [0.7, 0.9], [0.7, 0.9]],
  ["w11", [8, 11], [4, 6], [2.5, 4]],
];

const toTheLimitLess: readonly Row[] = [
  ["w8", [1.0, 0.12], undefined, undefined],
  ["w8m", [1.0, 0.3], undefined, undefined],
  ["w12", [2, 1], [2, 1], [2, 1]],
];

const besideMore: readonly Row[] = [["w6deep", [0.5, 0.8], [0.5, 0.7], [0.5, 0.7]]];

const besideLess: readonly Row[] = growingNames.map((what): Row => [`w10 ${what}`, [1.5, 1.2], [1.5, 1.2], [1.5, 1.2]]);

export const goals: readonly Goal[] = [
  ...table(toTheLimit, "to the limit", "more"),
  ...table(toTheLimitLess, "to the limit", "less"),
  ...table(besideMore, "to what is beside it", "more"),
  ...table(besideLess, "to what is beside it", "less"),
];

function table(rows: readonly Row[], ratio: Goal["ratio"], better: Goal["better"]): readonly Goal[] {
  return rows.flatMap(([workload, ...pairs]) =>
    stores.flatMap((store, at): readonly Goal[] => {
      const pair = pairs[at];
      return pair === undefined ? [] : [{ workload, store, ratio, better, floor: pair[0], goal: pair[1] }];
    }),
  );
}
