import { systemStamps } from "@holdfast/core";
import { caseOperations } from "./case-operations.ts";
import { defineWorkflow } from "./define-workflow.ts";
import { scheduledSteps } from "./due-steps.ts";
import { jobOperations } from "./job-operations.ts";
import { casesOf, jobsOf } from "./workflow-context.ts";
import { workflowQueries } from "./workflow-queries.ts";
import { repository } from "../repository.ts";
import type { WorkflowContext } from "./workflow-context.ts";
import type { Workflow, WorkflowOptions } from "./workflow-types.ts";
import type { StoreSession } from "@holdfast/core";

const standard = defineWorkflow();

/** Missions, jobs and cases in a store, a tenant's view of it or an open transaction, and what is done with them. */
export function workflow(session: StoreSession, options: WorkflowOptions = {}): Workflow {
  const { entities = standard, stamps = systemStamps, timeZone = "UTC" } = options;
  const context: WorkflowContext = { entities, session, stamps, timeZone };
  return {
    missions: repository(entities.Mission, session, { stamps }),
    jobs: jobsOf(context),
    cases: casesOf(context),
    jobCases: entities.jobCases.of(session, { stamps }),
    missionJobs: entities.missionJobs.of(session, { stamps }),
    ...jobOperations(context),
    ...caseOperations(context),
    ...scheduledSteps(context),
    ...workflowQueries(context),
    in: (other) => workflow(other, options),
  };
}
