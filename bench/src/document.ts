export const statuses = ["stopped", "in_progress", "awaiting", "completed", "failed"] as const;
export type Status = (typeof statuses)[number];

/** What is kept in all workloads: about a kilobyte of JSON with a parent, a status and some steps, as a job has. */
export type BenchDocument = {
  readonly id: string;
  readonly name: string;
  readonly parentId: string;
  readonly status: Status;
  readonly steps: readonly Step[];
};

type Step = {
  readonly index: number;
  readonly name: string;
  readonly cost: number;
  readonly note: string;
};

export const childrenOfOne = 10;

/** Each status leads to the next one, and the last to the first. */
export function nextStatus(status: string): Status {
  const at = statuses.findIndex((each) => each === status);
  if (at === -1) throw new Error(`there is no status "${status}"`);
  return statuses[(at + 1) % statuses.length] ?? statuses[0];
}

/** The ids of a row of numbers are distinct, and in no order. */
export function idOf(index: number): string {
  return `document-${(Math.imul(index, 0x9e37_79b1) >>> 0).toString(16).padStart(8, "0")}`;
}

export function parentOf(index: number): string {
  return `parent-${Math.floor(index / childrenOfOne)}`;
}

/** @param keepsStatus whether it begins at the first status, as all do that go from one to the next */
export function documentOf(index: number, keepsStatus: boolean): BenchDocument {
  return {
    id: idOf(index),
    name: `document ${index}`,
    parentId: parentOf(index),
    status: statuses[keepsStatus ? 0 : index % statuses.length] ?? statuses[0],
    steps: Array.from({ length: 8 }, (_, step) => ({
      index: step,
      name: `step ${step}`,
      cost: index / 7,
      note: "what has been done, and what is left to do, ".repeat(2).slice(0, 66),
    })),
  };
}

export function documentsOf(from: number, count: number, keepsStatus: boolean): readonly BenchDocument[] {
  return Array.from({ length: count }, (_, at) => documentOf(from + at, keepsStatus));
}
