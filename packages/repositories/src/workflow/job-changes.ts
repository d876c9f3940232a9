import { requireTransitionEvent, workflowLifecycle } from "@holdfast/core";
import { Job } from "./job.ts";
import type { JsonObject, PatchOf, WorkflowEvent, WorkflowStatus } from "@holdfast/core";

/** What an agent says of its job. */
export interface JobResponseDraft {
  readonly status: WorkflowStatus;
  readonly message: string;
  readonly payload?: JsonObject | null | undefined;
  readonly errorMessage?: string | undefined;
  readonly errorTraceback?: string | undefined;
}

/** What an operation does to a job: fields to write and, with them, an event of its lifecycle. */
export interface JobChange {
  readonly event?: WorkflowEvent | undefined;
  readonly patch: PatchOf<typeof Job>;
}

/**
 * The response with its payload, which is the job's from now on. Another status than the job's moves it there, along one
 * event: with the payload as its result where that completes it, the message as its error where that fails it.
 * ILLEGAL_TRANSITION where no event leads there.
 */
export function respondedJob(now: Job, draft: JobResponseDraft): JobChange {
  const { status, message, payload = null, errorMessage = "", errorTraceback = "" } = draft;
  const responses = [
    ...now.responses,
    { jobId: now.id, status, message, payload, errorMessage, errorTraceback },
  ] satisfies Job["responses"];
  const patch: PatchOf<typeof Job> = { responses, payload };
  if (status === now.status) return { patch };
  const event = requireTransitionEvent(workflowLifecycle, now.status, status, { type: Job.name, id: now.id });
  if (status === "completed") return { event, patch: { ...patch, result: payload } };
  return { event, patch: status === "failed" ? { ...patch, error: message } : patch };
}
