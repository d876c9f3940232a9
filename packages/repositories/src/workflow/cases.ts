import { registry } from "../registry.ts";
import { repository } from "../repository.ts";
import { Case } from "./case.ts";
import type { Registry } from "../registry-types.ts";
import type { LiveOptions } from "./live-options.ts";

export interface GetCaseOptions {
  /** Only a case of this job. @default any job's */
  readonly jobId?: string | undefined;
  /** Whether to look in the store for what is not held. @default false */
  readonly includePersisted?: boolean | undefined;
}

export interface Cases extends Registry<typeof Case> {
  /** As `lookUp`, for a case of a job. */
  getCase(id: string, options?: GetCaseOptions): Promise<Case | undefined>;
  /** The cases of a job, in the order in which they were first added. */
  getJobCases(jobId: string): readonly Case[];
}

/** A registry of cases, grouped by job: one for whoever makes it, none for the whole process. */
export function Cases({ store, entities, keepFinished }: LiveOptions = {}): Cases {
  const entity = entities?.Case ?? Case;
  const held = registry(entity, {
    groupBy: "jobId",
    ...(keepFinished !== undefined && { keepFinished }),
    ...(store !== undefined && { repository: repository(entity, store) }),
  });
  return Object.assign(held, {
    getCase: async (id: string, { jobId, includePersisted }: GetCaseOptions = {}): Promise<Case | undefined> =>
      held.lookUp(id, { group: jobId, includePersisted }),
    getJobCases: (jobId: string): readonly Case[] => held.of(jobId),
  });
}
