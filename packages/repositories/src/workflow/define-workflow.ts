import { defineModel } from "@holdfast/core";
import { hasMany } from "../has-many.ts";
import { accountSchema, Case } from "./case.ts";
import { Job } from "./job.ts";
import { Mission } from "./mission.ts";
import { inClear, sealedObjects } from "./secrets.ts";
import type { Secrets } from "./secrets.ts";
import type { Model } from "@holdfast/core";
import type { HasMany } from "../relation-types.ts";

/** The workflow's entities as one application has them: made by `defineWorkflow`. */
export interface WorkflowEntities {
  readonly Mission: typeof Mission;
  readonly Job: typeof Job;
  readonly Case: typeof Case;
  /** To open a store with. */
  readonly model: Model<typeof Mission | typeof Job | typeof Case>;
  readonly jobCases: HasMany<typeof Job, typeof Case, "jobId">;
  readonly missionJobs: HasMany<typeof Mission, typeof Job, "missionId">;
}

export interface WorkflowDefinition {
  /** Whether each transition leaves a `Transition` record: who, when, from, to, by which event, and why. @default false */
  readonly history?: boolean;
  /** Seals what is secret before it is stored: keys of accounts and parameters of agents. @default all is kept in clear */
  readonly secrets?: Secrets;
}

/** Missions, jobs and cases, in another way than `workflowModel` has them. */
export function defineWorkflow({ history = false, secrets = inClear }: WorkflowDefinition = {}): WorkflowEntities {
  const mission = { ...Mission, lifecycle: { ...Mission.lifecycle, history } };
  const job = {
    ...Job,
    schema: Job.schema.extend({ agentParameters: sealedObjects(secrets).nullable().default(null) }),
    lifecycle: { ...Job.lifecycle, history },
  };
  const piece = {
    ...Case,
    schema: Case.schema.extend({ account: accountSchema(secrets).nullable().default(null) }),
    lifecycle: { ...Case.lifecycle, history },
  };
  return {
    Mission: mission,
    Job: job,
    Case: piece,
    model: defineModel([mission, job, piece]),
    jobCases: hasMany(job, piece, { by: "jobId" }),
    missionJobs: hasMany(mission, job, { by: "missionId" }),
  };
}
