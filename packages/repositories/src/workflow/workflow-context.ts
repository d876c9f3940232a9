import { notFound } from "../refusals.ts";
import { repository } from "../repository.ts";
import { retryConflicts } from "../retry-conflicts.ts";
import type { CaseChange } from "./case-changes.ts";
import type { Case } from "./case.ts";
import type { WorkflowEntities } from "./define-workflow.ts";
import type { JobChange } from "./job-changes.ts";
import type { Job } from "./job.ts";
import type { Cause } from "./workflow-types.ts";
import type { Repository } from "../repository-types.ts";
import type { Stamps, StoreSession } from "@holdfast/core";

/** What every operation of a workflow needs. */
export interface WorkflowContext {
  readonly entities: WorkflowEntities;
  readonly session: StoreSession;
  readonly stamps: Stamps;
  readonly timeZone: string;
}

export function jobsOf({ entities, session, stamps }: WorkflowContext): Repository<typeof Job> {
  return repository(entities.Job, session, { stamps });
}

export function casesOf({ entities, session, stamps }: WorkflowContext): Repository<typeof Case> {
  return repository(entities.Case, session, { stamps });
}

/**
 * Reads, changes and writes one case, with an event of its lifecycle or without: one atomic write, which expects the
 * version that was read. Tried again where another writer came between, so that of two changes none is lost. NOT_FOUND.
 */
export async function changeCase(
  context: WorkflowContext,
  id: string,
  change: (now: Case) => CaseChange,
  cause: Cause,
): Promise<Case> {
  return retryConflicts(async () => {
    const now = await casesOf(context).get(id);
    if (now === undefined) throw notFound({ type: context.entities.Case.name, id });
    return writeCase(context, now, change(now), cause);
  });
}

/** Writes what a change makes of a case that was read; CONFLICT where another writer came between. */
export async function writeCase(
  context: WorkflowContext,
  now: Case,
  { event, patch }: CaseChange,
  { by, reason }: Cause,
): Promise<Case> {
  const cases = casesOf(context);
  if (event === undefined) return cases.save({ ...now, ...patch });
  return cases.transition(now, event, { patch, by, reason });
}

/** The same for a job. */
export async function changeJob(
  context: WorkflowContext,
  id: string,
  change: (now: Job) => JobChange,
  { by, reason }: Cause,
): Promise<Job> {
  const jobs = jobsOf(context);
  return retryConflicts(async () => {
    const now = await jobs.get(id);
    if (now === undefined) throw notFound({ type: context.entities.Job.name, id });
    const { event, patch } = change(now);
    if (event === undefined) return jobs.save({ ...now, ...patch });
    return jobs.transition(now, event, { patch, by, reason });
  });
}

/** For a job with very many cases, in milliseconds. */
const togetherMs = 120_000;

/** One transaction over all that an operation touches; within another, a part of that one. */
export async function together<T>(
  context: WorkflowContext,
  work: (context: WorkflowContext) => Promise<T>,
): Promise<T> {
  return context.session.transaction(async (session) => work({ ...context, session }), { timeoutMs: togetherMs });
}
