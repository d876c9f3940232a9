import { defineModel } from "@holdfast/core";
import { hasMany } from "../has-many.ts";
import { Case } from "./case.ts";
import { Job } from "./job.ts";
import { Mission } from "./mission.ts";
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
}

/** Missions, jobs and cases, in another way than `workflowModel` has them. */
export function defineWorkflow({ history = false }: WorkflowDefinition = {}): WorkflowEntities {
  const mission = { ...Mission, lifecycle: { ...Mission.lifecycle, history } };
  const job = { ...Job, lifecycle: { ...Job.lifecycle, history } };
  const piece = { ...Case, lifecycle: { ...Case.lifecycle, history } };
  return {
    Mission: mission,
    Job: job,
    Case: piece,
    model: defineModel([mission, job, piece]),
    jobCases: hasMany(job, piece, { by: "jobId" }),
    missionJobs: hasMany(mission, job, { by: "missionId" }),
  };
}
