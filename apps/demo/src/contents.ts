import type { Store } from "@holdfast/core";
import { Case, Job, repository } from "@holdfast/repositories";

/** What a store holds, counted. */
export interface Contents {
  readonly jobs: number;
  readonly cases: number;
  /** Of all cases. */
  readonly steps: number;
  /** Jobs and cases by status, ordered by status. */
  readonly statuses: readonly (readonly [status: string, jobs: number, cases: number])[];
}

export async function contentsOf(store: Store): Promise<Contents> {
  const [jobs, cases] = [repository(Job, store), repository(Case, store)];
  const [jobStatuses, caseStatuses] = [await jobs.countBy("status"), await cases.countBy("status")];
  let steps = 0;
  for await (const each of cases.each()) steps += each.updates.length;
  const statuses = [...new Set([...jobStatuses.keys(), ...caseStatuses.keys()])].filter((status) => status !== null);
  return {
    jobs: await jobs.count(),
    cases: await cases.count(),
    steps,
    statuses: statuses.sort().map((each) => [each, jobStatuses.get(each) ?? 0, caseStatuses.get(each) ?? 0]),
  };
}
