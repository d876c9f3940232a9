import { Case } from "./case.ts";
import { EntityRepository } from "./entity-repository.ts";
import { Job } from "./job.ts";
import { Mission } from "./mission.ts";
import { StorageManager } from "./storage-manager.ts";
import { entityIn } from "./stored-step.ts";
import type { RepositoryOptions } from "../repository-types.ts";
import type { CrudStorage } from "./crud-storage.ts";

/**
 * Jobs, as the model of a storage manager declares them, else as `Job` does.
 *
 * @param storage @default the `StorageManager` of the place that the environment names
 */
export function createJobRepository(
  storage: CrudStorage = new StorageManager(),
  options?: RepositoryOptions,
): EntityRepository<typeof Job> {
  return new EntityRepository(entityIn(storage, Job), storage, options);
}

/** Cases: as `createJobRepository`. */
export function createCaseRepository(
  storage: CrudStorage = new StorageManager(),
  options?: RepositoryOptions,
): EntityRepository<typeof Case> {
  return new EntityRepository(entityIn(storage, Case), storage, options);
}

/** Missions: as `createJobRepository`. */
export function createMissionRepository(
  storage: CrudStorage = new StorageManager(),
  options?: RepositoryOptions,
): EntityRepository<typeof Mission> {
  return new EntityRepository(entityIn(storage, Mission), storage, options);
}
