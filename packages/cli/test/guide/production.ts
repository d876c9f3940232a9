/** What the guide's application has in production: the same records with the same times at each run. */
import { openStore } from "@holdfast/connect";
import type { Store } from "@holdfast/core";
import { Case, Job, repository, workflowModel } from "@holdfast/repositories";

const firstMoment = Date.UTC(2026, 0, 5, 8) * 1_000;
const aSecond = 1_000_000;

export async function makeProduction(url: string): Promise<void> {
  let now = firstMoment;
  const stamps = { now: () => (now += aSecond), newId: () => `made-${now}` };
  {
    await using store = await openStore(url, { model: workflowModel, stamps });
    await putJobs(store, 250);
    await putJobs(store.tenant("acme"), 50);
    const jobs = repository(Job, store);
    for (const twin of ["job-17", "job-90"]) await jobs.update(twin, (job) => ({ ...job, name: "Call 16" }));
  }
  // Deleted today: what was deleted long ago is forgotten.
  await using store = await openStore(url, { model: workflowModel });
  await repository(Case, store).deleteWhere({ jobId: "job-7" });
  await repository(Job, store).delete("job-7");
}

async function putJobs(store: Store, count: number): Promise<void> {
  const jobs = Array.from({ length: count }, (_, at) => {
    const id = `job-${at + 1}`;
    const caseIds = [1, 2, 3].map((number) => `${id}-case-${number}`);
    return { id, name: `Call ${at + 1}`, agentName: "ada", caseIds };
  });
  const cases = jobs.flatMap(({ id, caseIds }) => caseIds.map((caseId) => ({ id: caseId, jobId: id, name: caseId })));
  await store.transaction(async (session) => {
    await repository(Job, store).in(session).saveMany(jobs);
    await repository(Case, store).in(session).saveMany(cases);
  });
}
