import { requireTransitionEvent, timestampMicroseconds, transitionEvent, workflowLifecycle } from "@holdfast/core";
import { movedCase, unscheduledCase } from "./case-changes.ts";
import { stepsCost } from "./case-steps.ts";
import { checkInstructions } from "./instructions.ts";
import { respondedJob } from "./job-changes.ts";
import { newJobDraft } from "./new-job.ts";
import { changeJob, jobsOf, together, writeCase } from "./workflow-context.ts";
import { notFound } from "../refusals.ts";
import { repository } from "../repository.ts";
import type { CaseChange } from "./case-changes.ts";
import type { Case } from "./case.ts";
import type { InstructionsCheck } from "./instructions.ts";
import type { Job } from "./job.ts";
import type { Mission } from "./mission.ts";
import type { NewJob } from "./new-job.ts";
import type { WorkflowContext } from "./workflow-context.ts";
import type { Cause, WorkflowOperations } from "./workflow-types.ts";
import type { WorkflowStatus } from "@holdfast/core";

type JobOperations = Pick<
  WorkflowOperations,
  "newJob" | "addResponse" | "setJobStatus" | "stopJob" | "confirmStop" | "deleteJob" | "checkInstructions"
>;

export function jobOperations(context: WorkflowContext): JobOperations {
  return {
    newJob: async (job, cause = {}) => together(context, async (inside) => newJob(inside, job, cause)),
    addResponse: async (id, response, cause = {}) =>
      changeJob(context, id, (now) => respondedJob(now, response), cause),
    setJobStatus: async (id, status, cause = {}) => setStatus(context, id, status, cause),
    stopJob: async (id, cause = {}) => moveAll(context, id, "cancelling", cause),
    confirmStop: async (id, cause = {}) => moveAll(context, id, "cancelled", cause),
    deleteJob: async (id) => together(context, async (inside) => deleteJob(inside, id)),
    checkInstructions: async (id) =>
      context.session.transaction(async (session) => check({ ...context, session }, id), { readOnly: true }),
  };
}

async function newJob(context: WorkflowContext, given: NewJob, { by, reason }: Cause): Promise<Job> {
  const { stamps } = context;
  const id = given.id ?? given.context?.jobId ?? stamps.newId();
  const mission = given.missionId === undefined ? undefined : await storedMission(context, given.missionId);
  const jobs = jobsOf(context);
  const job = await jobs.create(newJobDraft(given, { id, now: stamps.now(), mission }));
  return jobs.transition(job, "start_work", { by, reason });
}

async function storedMission({ entities, session }: WorkflowContext, id: string): Promise<Mission> {
  const mission = await repository(entities.Mission, session).get(id);
  if (mission === undefined) throw notFound({ type: entities.Mission.name, id });
  return mission;
}

async function setStatus(context: WorkflowContext, id: string, status: WorkflowStatus, cause: Cause): Promise<Job> {
  const key = { type: context.entities.Job.name, id };
  return changeJob(
    context,
    id,
    (now) => ({ event: requireTransitionEvent(workflowLifecycle, now.status, status, key), patch: {} }),
    cause,
  );
}

/** The job goes where it must be able to go, its cases where they can. */
async function moveAll(
  context: WorkflowContext,
  id: string,
  status: "cancelling" | "cancelled",
  cause: Cause,
): Promise<Job> {
  return together(context, async (inside) => {
    const job = await setStatus(inside, id, status, cause);
    for (const each of await casesOfJob(inside, id)) {
      const change = movedTowards(each, status);
      if (change !== undefined) await writeCase(inside, each, change, cause);
    }
    return job;
  });
}

function movedTowards(now: Case, status: WorkflowStatus): CaseChange | undefined {
  const event = transitionEvent(workflowLifecycle, now.status, status);
  if (event !== undefined) return movedCase(now, event);
  return now.updates.some(({ scheduledStatus }) => scheduledStatus === "pending") ? unscheduledCase(now) : undefined;
}

async function deleteJob(context: WorkflowContext, id: string): Promise<boolean> {
  const { entities, session } = context;
  const [job] = await session.get(entities.Job.name, [id]);
  if (job === undefined) return false;
  const cases = await casesOfJob(context, id);
  const keys = [...cases.map((each) => ({ type: entities.Case.name, id: each.id })), { type: entities.Job.name, id }];
  await session.write(keys.map((key) => ({ delete: key, expect: "present" })));
  return true;
}

async function check(context: WorkflowContext, id: string): Promise<InstructionsCheck> {
  const job = await jobsOf(context).get(id);
  if (job === undefined) throw notFound({ type: context.entities.Job.name, id });
  const instructions = job.jobContext?.jobInstructions ?? null;
  if (instructions === null) return { ok: true };
  const cases = await casesOfJob(context, id);
  const cost = cases.reduce((sum, each) => sum + costOf(each), 0);
  const started = timestampMicroseconds(job.createdAt) ?? 0;
  return checkInstructions(instructions, {
    cases: cases.length,
    cost,
    duration: (context.stamps.now() - started) / 1_000_000,
  });
}

function costOf({ finishedAt, totalCost, updates }: Case): number {
  return finishedAt === null ? stepsCost(updates) : totalCost;
}

/** All of them, a page at a time. */
export async function casesOfJob({ entities, session }: WorkflowContext, id: string): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for await (const each of entities.jobCases.of(session).each(id)) cases.push(each);
  return cases;
}
