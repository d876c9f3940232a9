import type { Case } from "./case.ts";
import type { Job } from "./job.ts";
import type { HistoryOptions } from "../history-of.ts";
import type { Page } from "../repository-types.ts";
import type { Transition, WorkflowStatus } from "@holdfast/core";

/** A field to sort by, ascending; with a minus sign descending. */
export type SortOf<F extends string> = F | `-${F}`;

interface SearchOptions {
  /** @default every status */
  readonly status?: WorkflowStatus | readonly WorkflowStatus[] | undefined;
  /** A part of the name, the id or (of a case) the description, in upper or lower case. @default all */
  readonly search?: string | undefined;
  /** Rows on the page, from 1 to 10,000. @default 50 */
  readonly limit?: number | undefined;
  /** The page behind this token, an earlier page's `next`. */
  readonly after?: string | undefined;
}

export interface JobSearch extends SearchOptions {
  /** A part of the agent's name, in upper or lower case. @default all */
  readonly agentName?: string | undefined;
  readonly missionId?: string | undefined;
  /** @default "-createdAt" */
  readonly sort?: SortOf<"createdAt" | "name" | "status"> | undefined;
}

export interface CaseSearch extends SearchOptions {
  readonly jobId?: string | undefined;
  /** @default "-createdAt" */
  readonly sort?: SortOf<"createdAt" | "name" | "status" | "totalCost"> | undefined;
}

export interface SearchPage<Row> {
  readonly items: readonly Row[];
  /** There where more rows may follow. */
  readonly next?: string;
}

export interface JobRow {
  readonly job: Job;
  readonly caseCount: number;
}

export interface StatusCounts {
  readonly total: number;
  /** In progress, awaiting or cancelling: what is still under way. */
  readonly running: number;
  readonly completed: number;
  /** Failed or cancelled. */
  readonly failed: number;
  /** Not started. */
  readonly stopped: number;
  /** By each status, 0 included. */
  readonly byStatus: { readonly [status in WorkflowStatus]: number };
}

export interface WorkflowStats {
  readonly jobs: StatusCounts;
  readonly cases: StatusCounts;
  readonly missions: number;
  /** How many of the three hold anything. */
  readonly collections: number;
}

/** A job whose list of cases is not what its cases say. */
export interface BrokenLink {
  readonly jobId: string;
  /** Cases that refer to the job and stand not in its list. */
  readonly unlisted: readonly string[];
  /** Ids in the list that are no cases of the job. */
  readonly dangling: readonly string[];
}

export type Activity = { readonly type: "Job"; readonly job: Job } | { readonly type: "Case"; readonly case: Case };

/** What people ask who look after jobs and cases. */
export interface WorkflowQueries {
  /** How many there are, by status, as of one moment. */
  stats(): Promise<WorkflowStats>;
  /** Jobs with how many cases each has. INVALID_CURSOR; INVALID_QUERY for another sort. */
  searchJobs(options?: JobSearch): Promise<SearchPage<JobRow>>;
  searchCases(options?: CaseSearch): Promise<SearchPage<Case>>;
  /** A job and all its cases, as of one moment. */
  jobDetail(jobId: string): Promise<{ readonly job: Job; readonly cases: readonly Case[] } | undefined>;
  /** A case and its job, which need not be stored. */
  caseDetail(caseId: string): Promise<{ readonly case: Case; readonly job: Job | undefined } | undefined>;
  /** Cases whose job is not stored, the oldest first. Reads all cases until it has `limit`. @default limit 1_000 */
  orphanCases(options?: { readonly limit?: number | undefined }): Promise<readonly Case[]>;
  /** Where the lists of jobs and the references of cases disagree. Reads all jobs and cases. */
  brokenLinks(): Promise<readonly BrokenLink[]>;
  /** Brings those lists in step with the cases; how many jobs were changed. */
  mendLinks(): Promise<number>;
  /** The jobs and cases that were made last, the newest first. @default limit 10 */
  recentActivity(options?: { readonly limit?: number | undefined }): Promise<readonly Activity[]>;
  /** The steps of the lifecycle of a mission, a job or a case, where `defineWorkflow` was told to keep a history. */
  historyOf(type: "Mission" | "Job" | "Case", id: string, options?: HistoryOptions): Promise<Page<typeof Transition>>;
}
