import { Case } from "./case.ts";
import { EntityRepository } from "./entity-repository.ts";
import { Job } from "./job.ts";
import { Mission } from "./mission.ts";
import type { RepositoryOptions } from "../repository-types.ts";
import type { CrudStorage } from "./crud-storage.ts";

/** @param storage @default the `StorageManager` of the place that the environment names */
export function createJobRepository(storage?: CrudStorage, options?: RepositoryOptions): EntityRepository<typeof Job> {
  return new EntityRepository(Job, storage, options);
}

/** @param storage @default the `StorageManager` of the place that the environment names */
export function createCaseRepository(
  storage?: CrudStorage,
  options?: RepositoryOptions,
): EntityRepository<typeof Case> {
  return new EntityRepository(Case, storage, options);
}

/** @param storage @default the `StorageManager` of the place that the environment names */
export function createMissionRepository(
  storage?: CrudStorage,
  options?: RepositoryOptions,
): EntityRepository<typeof Mission> {
  return new EntityRepository(Mission, storage, options);
}
