import { isTerminal, requireNextStatus, transitionEvent, workflowLifecycle } from "@holdfast/core";
import { Case } from "./case.ts";
import { changedStep, finalStep, stepOf, stepsCost, withoutPending, withStep } from "./case-steps.ts";
import { movedStep } from "./step-lifecycle.ts";
import type { StepDraft } from "./case-steps.ts";
import type { StepEvent } from "./step-lifecycle.ts";
import type { CaseStep } from "./case-step.ts";
import type { JsonObject, PatchOf, RecordKey, WorkflowEvent } from "@holdfast/core";

/** What an operation does to a case: fields to write and, with them, an event of its lifecycle. */
export interface CaseChange {
  readonly event?: WorkflowEvent | undefined;
  readonly patch: PatchOf<typeof Case>;
}

/** What came of a scheduled step. One that failed with an `error` fails its case too, where that is under way. */
export type StepOutcome =
  | { readonly status: "completed"; readonly payload?: JsonObject; readonly cost?: number }
  | { readonly status: "failed"; readonly error?: string };

/** A step more, or another in the place of one. A step with an error fails the case; ILLEGAL_TRANSITION where none can. */
export function updatedCase(now: Case, draft: StepDraft, timeZone: string): CaseChange {
  const updates = withStep(now.updates, draft, { key: caseKey(now), timeZone });
  if (!isError(draft.error)) return { patch: { updates: [...updates] } };
  return movedCase({ ...now, updates: [...updates] }, failing(now));
}

/** Another step in the place of one, whatever the status. One that brings an error fails the case where that can fail. */
export function patchedCase(now: Case, index: number, draft: StepDraft, timeZone: string): CaseChange {
  const step = { ...stepOf(draft, index, timeZone), upsert: true };
  const updates = changedStep(now.updates, index, caseKey(now), () => step);
  return failedWhereItCan({ ...now, updates: [...updates] }, isError(step.error));
}

/** A question to a human, and the case waits. */
export function askedCase(now: Case, draft: StepDraft, timeZone: string): CaseChange {
  const updates = withStep(now.updates, draft, { key: caseKey(now), timeZone });
  return { event: "awaiting_on_input", patch: { updates: [...updates] } };
}

/** The answer, and the case goes on; or fails, where the step has an error. */
export function answeredCase(now: Case, draft: StepDraft, timeZone: string): CaseChange {
  const updates = [...withStep(now.updates, draft, { key: caseKey(now), timeZone })];
  if (!isError(draft.error)) return { event: "input_received", patch: { updates } };
  return movedCase({ ...now, updates }, "timeout_or_error");
}

/** What was delivered stands in the last step too, and nothing is pending any more. */
export function closedCase(now: Case, result: JsonObject | null, finalCost: number | undefined): CaseChange {
  const updates = [...withoutPending(now.updates), finalStep(result, now.updates.length + 1)];
  const totalCost = finalCost ?? stepsCost(now.updates);
  return { event: "successfully_done", patch: { updates, finalDelivery: result, totalCost } };
}

/** An event from outside. A case that ends, or is about to be cancelled, has no pending steps; one that ends has its cost. */
export function movedCase(now: Case, event: WorkflowEvent): CaseChange {
  const status = requireNextStatus(workflowLifecycle, now.status, event, caseKey(now));
  const ends = isTerminal(workflowLifecycle, status);
  const updates = ends || status === "cancelling" ? [...withoutPending(now.updates)] : now.updates;
  return { event, patch: ends ? { updates, totalCost: stepsCost(updates) } : { updates } };
}

export function steppedCase(now: Case, index: number, event: StepEvent): CaseChange {
  const key = caseKey(now);
  return { patch: { updates: [...changedStep(now.updates, index, key, (step) => movedStep(step, event, key))] } };
}

export function finishedStepCase(now: Case, index: number, outcome: StepOutcome): CaseChange {
  const key = caseKey(now);
  const finish = (step: CaseStep): CaseStep =>
    outcome.status === "completed"
      ? {
          ...movedStep(step, "complete", key),
          payload: outcome.payload ?? step.payload,
          cost: outcome.cost ?? step.cost,
        }
      : { ...movedStep(step, "fail", key), error: outcome.error ?? step.error };
  const updates = [...changedStep(now.updates, index, key, finish)];
  return failedWhereItCan({ ...now, updates }, outcome.status === "failed" && isError(outcome.error));
}

export function unscheduledCase(now: Case): CaseChange {
  return { patch: { updates: [...withoutPending(now.updates)] } };
}

function failedWhereItCan(now: Case, hasFailed: boolean): CaseChange {
  const event = hasFailed ? transitionEvent(workflowLifecycle, now.status, "failed") : undefined;
  return event === undefined ? { patch: { updates: now.updates } } : movedCase(now, event);
}

/** The event that fails a case: `error_encountered`, which others refuse, but for one that waits. */
function failing({ status }: Case): WorkflowEvent {
  return transitionEvent(workflowLifecycle, status, "failed") ?? "error_encountered";
}

/** As in the files of old, an empty text is no error. */
function isError(error: string | null | undefined): boolean {
  return error !== undefined && error !== null && error !== "";
}

function caseKey({ id }: Case): RecordKey {
  return { type: Case.name, id };
}
