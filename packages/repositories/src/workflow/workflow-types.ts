import type { WorkflowQueries } from "./admin-types.ts";
import type { StepOutcome } from "./case-changes.ts";
import type { StepDraft } from "./case-steps.ts";
import type { CaseStep } from "./case-step.ts";
import type { Case } from "./case.ts";
import type { WorkflowEntities } from "./define-workflow.ts";
import type { InstructionsCheck } from "./instructions.ts";
import type { JobResponseDraft } from "./job-changes.ts";
import type { Job } from "./job.ts";
import type { Mission } from "./mission.ts";
import type { NewJob } from "./new-job.ts";
import type { ChildDraftOf, Relation } from "../relation-types.ts";
import type { Repository, RepositoryOptions } from "../repository-types.ts";
import type { JsonObject, StoreSession, WorkflowStatus } from "@holdfast/core";

export interface WorkflowOptions extends RepositoryOptions {
  /** The entities that the store was opened with. @default those of `workflowModel` */
  readonly entities?: WorkflowEntities;
  /**
   * The zone of times that name none, as an IANA name or an offset: in files of the system before, and where an operation
   * is given such text. @default "UTC"
   */
  readonly timeZone?: string;
}

/** Who or what causes a step of a lifecycle, and why: kept where the lifecycle keeps a history. */
export interface Cause {
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

export interface NewCase extends ChildDraftOf<typeof Case, "jobId"> {
  /** A stored job. */
  readonly jobId: string;
}

export interface CloseOptions extends Cause {
  /** What the case cost; 0 is a cost too. @default the sum of its steps */
  readonly finalCost?: number | undefined;
}

export interface DueOptions {
  /** @default now, by the workflow's clock */
  readonly at?: Date | undefined;
  /** Steps at most, from 1 to 10,000. @default 100 */
  readonly limit?: number | undefined;
}

export interface DueStep {
  readonly case: Case;
  /** By which `startStep` and `finishStep` know it, from 1. */
  readonly index: number;
  readonly step: CaseStep;
}

/** What work is done on jobs and cases. Each call is one atomic write, or one transaction over all that it touches. */
export interface WorkflowOperations {
  /** Stores a job and starts it. ALREADY_EXISTS; NOT_FOUND for a mission that is not stored. */
  newJob(job: NewJob, cause?: Cause): Promise<Job>;
  /**
   * Adds a response, whose payload becomes the job's. A status other than the job's moves it there, along one event of the
   * lifecycle; ILLEGAL_TRANSITION where none leads there, and then nothing is written. NOT_FOUND.
   */
  addResponse(jobId: string, response: JobResponseDraft, cause?: Cause): Promise<Job>;
  /** Stores a case, lists it with its job and starts it. NOT_FOUND for a job that is not stored; ALREADY_EXISTS. */
  startCase(draft: NewCase, cause?: Cause): Promise<Case>;
  /**
   * Adds a step, as the next index; with `upsert` and an `index` it takes the place of that one, NOT_FOUND. A step with
   * an error fails the case, ILLEGAL_TRANSITION where that cannot fail.
   */
  updateCase(caseId: string, step: StepDraft, cause?: Cause): Promise<Case>;
  /**
   * Puts another step in the place of one, whatever the case's status. One with an error fails the case, where that can
   * fail. NOT_FOUND.
   */
  patchStep(caseId: string, index: number, step: StepDraft, cause?: Cause): Promise<Case>;
  /** Adds the step that asks, and the case waits. ILLEGAL_TRANSITION, NOT_FOUND. */
  requestHumanInput(caseId: string, step: StepDraft, cause?: Cause): Promise<Case>;
  /** Adds the step that answers, and the case goes on; a step with an error fails it. ILLEGAL_TRANSITION unless it waits. */
  receiveHumanInput(caseId: string, step: StepDraft, cause?: Cause): Promise<Case>;
  /**
   * Completes a case: its final delivery, also as its last step, and its cost. What is pending of it is cancelled.
   * ILLEGAL_TRANSITION unless it is in progress, so one that waits needs its input first. NOT_FOUND.
   */
  closeCase(caseId: string, result: JsonObject | null, options?: CloseOptions): Promise<Case>;
  /** Moves a job along one event, as an administrator does. ILLEGAL_TRANSITION, NOT_FOUND. */
  setJobStatus(jobId: string, status: WorkflowStatus, cause?: Cause): Promise<Job>;
  /** The same for a case. One that ends, or is to be cancelled, has its pending steps cancelled. */
  setCaseStatus(caseId: string, status: WorkflowStatus, cause?: Cause): Promise<Case>;
  /**
   * Asks a job to stop: it and those of its cases that are under way are `cancelling` then, and the pending steps of all
   * its cases are cancelled. ILLEGAL_TRANSITION for a job that is not under way, NOT_FOUND.
   */
  stopJob(jobId: string, cause?: Cause): Promise<Job>;
  /** The job, and those of its cases that are `cancelling`, have stopped: they are `cancelled`. */
  confirmStop(jobId: string, cause?: Cause): Promise<Job>;
  /** Deletes a job with all its cases, or nothing. Whether there was one. */
  deleteJob(jobId: string): Promise<boolean>;
  /** Deletes a case, and takes it from its job's list. Whether there was one. */
  deleteCase(caseId: string): Promise<boolean>;
  /**
   * Whether a job may go on under its instructions, from the cases that it has, what they cost (their total where they
   * have ended, else their steps so far), and the time since it was stored. Nothing else asks it. NOT_FOUND.
   */
  checkInstructions(jobId: string): Promise<InstructionsCheck>;
}

/** Steps that are done at their time. */
export interface ScheduledSteps {
  /**
   * The pending steps whose time has come, those of cases in progress or awaiting, the earliest first. Cases that have
   * none are not looked at. Times that are no times never come.
   */
  dueSteps(options?: DueOptions): Promise<readonly DueStep[]>;
  /** Takes a pending step up; of many who try, one does, and the others get ILLEGAL_TRANSITION. NOT_FOUND. */
  startStep(caseId: string, index: number): Promise<Case>;
  /** What came of a step that was taken up. ILLEGAL_TRANSITION, NOT_FOUND. */
  finishStep(caseId: string, index: number, outcome: StepOutcome, cause?: Cause): Promise<Case>;
  /** Makes a step pending again that was taken up and not finished, as by a process that died. ILLEGAL_TRANSITION. */
  putBackStep(caseId: string, index: number): Promise<Case>;
  /** Cancels all pending steps of a case. NOT_FOUND. */
  cancelScheduledSteps(caseId: string): Promise<Case>;
}

/**
 * Missions, jobs and cases in one store, tenant or transaction, and what is done with them. It tells nobody of what it
 * does: whoever sends events to others follows the store's `changes`, which tell of what has committed and of all of it.
 */
export interface Workflow extends WorkflowOperations, ScheduledSteps, WorkflowQueries {
  readonly missions: Repository<typeof Mission>;
  readonly jobs: Repository<typeof Job>;
  readonly cases: Repository<typeof Case>;
  readonly jobCases: Relation<typeof Job, typeof Case, "jobId">;
  readonly missionJobs: Relation<typeof Mission, typeof Job, "missionId">;
  /** The same workflow inside a transaction, or over another store. */
  in(session: StoreSession): Workflow;
}
