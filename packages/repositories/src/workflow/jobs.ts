import { registry } from "../registry.ts";
import { repository } from "../repository.ts";
import { Job } from "./job.ts";
import type { Registry } from "../registry-types.ts";
import type { LiveOptions } from "./live-options.ts";

export interface GetJobOptions {
  /** Only a job of this agent. @default any agent's */
  readonly agentName?: string | undefined;
  /** Whether to look in the store for what is not held. @default false */
  readonly includePersisted?: boolean | undefined;
}

export interface Jobs extends Registry<typeof Job> {
  /** As `lookUp`, for a job of an agent. */
  getJob(id: string, options?: GetJobOptions): Promise<Job | undefined>;
  /** The jobs of an agent, in the order in which they were first added. */
  getAgentJobs(agentName: string): readonly Job[];
}

/** A registry of jobs, grouped by agent: one for whoever makes it, none for the whole process. */
export function Jobs({ store, entities, keepFinished }: LiveOptions = {}): Jobs {
  const entity = entities?.Job ?? Job;
  const held = registry(entity, {
    groupBy: "agentName",
    ...(keepFinished !== undefined && { keepFinished }),
    ...(store !== undefined && { repository: repository(entity, store) }),
  });
  return Object.assign(held, {
    getJob: async (id: string, { agentName, includePersisted }: GetJobOptions = {}): Promise<Job | undefined> =>
      held.lookUp(id, { group: agentName, includePersisted }),
    getAgentJobs: (agentName: string): readonly Job[] => held.of(agentName),
  });
}
