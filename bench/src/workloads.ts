import type { Subject } from "./subject.ts";

export interface Workload {
  readonly name: string;
  /** Does `count` operations. */
  run(subject: Subject, count: number, round: number): Promise<void>;
}

export const workloads: readonly Workload[] = [
  {
    name: "save, one awaited after another",
    async run(subject, count, round) {
      for (let at = 0; at < count; at++) await subject.save(`awaited-${round}-${at}`, document(at));
    },
  },
  {
    name: "saves started together",
    async run(subject, count, round) {
      await Promise.all(
        Array.from({ length: count }, (_, at) => subject.save(`together-${round}-${at}`, document(at))),
      );
    },
  },
  {
    name: "read by id, one awaited after another",
    async run(subject, count, round) {
      for (let at = 0; at < count; at++) await subject.read(`awaited-${round}-${at}`);
    },
  },
];

/** About a kilobyte of JSON, with a status, a parent and some text, as a job has. */
function document(at: number): string {
  const status = ["stopped", "in_progress", "awaiting", "completed", "failed"][at % 5];
  const steps = Array.from({ length: 8 }, (_, step) => ({
    index: step,
    name: `step ${step}`,
    cost: at / 7,
    note: "x".repeat(60),
  }));
  return JSON.stringify({ status, parentId: `job-${at % 10}`, name: `case ${at}`, steps });
}
