import { HoldfastError } from "@holdfast/core";
import { stepTimeText } from "./step-time.ts";
import type { CaseStep, caseStep } from "./case-step.ts";
import type { DraftOfSchema, JsonObject, RecordKey } from "@holdfast/core";

/** A step as operations take it. */
export interface StepDraft extends Omit<DraftOfSchema<typeof caseStep>, "scheduledAt"> {
  /** When it is to be done; kept as UTC text. Text that names no zone is of the workflow's `timeZone`. */
  readonly scheduledAt?: string | Date | null | undefined;
}

/** The number by which a step is addressed: its index, or its place where an older file gave it none; from 1. */
export function stepIndex(step: CaseStep, place: number): number {
  return step.index ?? place + 1;
}

/** What the steps cost together; a step without a cost costs nothing. */
export function stepsCost(steps: readonly CaseStep[]): number {
  return steps.reduce((sum, { cost }) => sum + (cost ?? 0), 0);
}

/** The draft as a whole step. One with a time is pending unless it says otherwise. INVALID_ENTITY for text that is no time. */
export function stepOf(draft: StepDraft, index: number, timeZone: string): CaseStep {
  const { scheduledAt: time } = draft;
  const scheduledAt = time === undefined || time === null ? null : stepTimeText(time, timeZone);
  if (scheduledAt === undefined) {
    throw new HoldfastError("scheduledAt of a step must be a time in ISO 8601, or a Date", {
      code: "INVALID_ENTITY",
      details: { type: "Case", path: ["updates", index - 1, "scheduledAt"] },
    });
  }
  return {
    index,
    cost: draft.cost ?? null,
    name: draft.name ?? null,
    payload: draft.payload ?? null,
    isFinal: draft.isFinal ?? false,
    error: draft.error ?? null,
    upsert: draft.upsert ?? false,
    scheduledAt,
    scheduledMethod: draft.scheduledMethod ?? null,
    scheduledParams: draft.scheduledParams ?? null,
    scheduledStatus: draft.scheduledStatus ?? (scheduledAt === null ? null : "pending"),
  };
}

/** The steps with one more, or with another in the place of one where the draft says so. NOT_FOUND for none to replace. */
export function withStep(
  steps: readonly CaseStep[],
  draft: StepDraft,
  { key, timeZone }: { readonly key: RecordKey; readonly timeZone: string },
): readonly CaseStep[] {
  const { index } = draft;
  if (draft.upsert !== true || index === undefined || index === null) {
    return [...steps, { ...stepOf(draft, steps.length + 1, timeZone), upsert: false }];
  }
  return changedStep(steps, index, key, () => ({ ...stepOf(draft, index, timeZone), upsert: true }));
}

/** The steps with one of them changed; NOT_FOUND. */
export function changedStep(
  steps: readonly CaseStep[],
  index: number,
  { type, id }: RecordKey,
  change: (step: CaseStep) => CaseStep,
): readonly CaseStep[] {
  const at = steps.findIndex((step, place) => stepIndex(step, place) === index);
  const step = steps[at];
  if (step === undefined) {
    throw new HoldfastError(`"${type}" with id "${id}" has no step ${index}`, {
      code: "NOT_FOUND",
      details: { type, id, index },
    });
  }
  return steps.with(at, change(step));
}

/** The steps, those that were pending cancelled. */
export function withoutPending(steps: readonly CaseStep[]): readonly CaseStep[] {
  return steps.map((step) =>
    step.scheduledStatus === "pending" ? { ...step, scheduledStatus: "cancelled" as const } : step,
  );
}

/** The last step of a case that is closed, which carries what was delivered. */
export function finalStep(result: JsonObject | null, index: number): CaseStep {
  return stepOf({ payload: result, isFinal: true }, index, "UTC");
}
