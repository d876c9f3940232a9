import type { CrudStorage, EntityRepository, Job, Jobs, StorageManager } from "@holdfast/repositories";
import {
  createJobRepository,
  EntityLifecycle,
  Mission,
  PersistentEntityLifecycle,
  registry,
} from "@holdfast/repositories";
import { expectTypeOf } from "vitest";

// Checked by the compiler; nothing here runs.
export async function facades(manager: StorageManager, storage: CrudStorage, jobs: Jobs): Promise<void> {
  expectTypeOf(manager).toExtend<CrudStorage>();
  const repository: EntityRepository<typeof Job> = createJobRepository(storage);
  const job = await repository.save({ name: "a", agentName: "b" });
  expectTypeOf(job.status).toEqualTypeOf<Job["status"]>();
  expectTypeOf(job).not.toHaveProperty("version");
  // @ts-expect-error a job needs an agent
  await repository.save({ name: "a" });

  expectTypeOf(await repository.getAll()).toEqualTypeOf<readonly (typeof job)[]>();
  expectTypeOf((await repository.getAll({ onInvalid: "report" })).items).toEqualTypeOf<readonly (typeof job)[]>();

  const step = await PersistentEntityLifecycle.handleEvent(job, "start_work", storage);
  if (step.ok) expectTypeOf(step.entity).toEqualTypeOf<typeof job>();
  else expectTypeOf(step.message).toEqualTypeOf<string>();
  // @ts-expect-error there is no such event
  await PersistentEntityLifecycle.handleEvent(job, "start", storage);
  // @ts-expect-error there is no such status
  await PersistentEntityLifecycle.transition(job, "paused", storage);
  // @ts-expect-error the status of a job is none of a mission's
  await new PersistentEntityLifecycle(Mission, storage).transition("m1", "awaiting");
  // @ts-expect-error there is no such event
  EntityLifecycle.handleEvent(job, "start");

  expectTypeOf(jobs.get("j1")).toEqualTypeOf<Job | undefined>();
  // @ts-expect-error a mission has no such field
  registry(Mission, { groupBy: "agentName" });
}
