import { defineLifecycle, requireNextStatus } from "@holdfast/core";
import type { CaseStep } from "./case-step.ts";
import type { Lifecycle, RecordKey } from "@holdfast/core";

/** The lifecycle of a scheduled step within its case, whose status is `scheduledStatus`. */
export const stepLifecycle = defineLifecycle({
  statuses: ["pending", "executing", "completed", "failed", "cancelled"],
  initial: "pending",
  events: {
    start: { from: "pending", to: "executing" },
    complete: { from: "executing", to: "completed" },
    fail: { from: "executing", to: "failed" },
    put_back: { from: "executing", to: "pending" },
    cancel: { from: "pending", to: "cancelled" },
  },
});

export type StepEvent = (typeof stepLifecycle.edges)[number]["event"];

/** The step after an event; ILLEGAL_TRANSITION, also for a step that is not scheduled. */
export function movedStep(step: CaseStep, event: StepEvent, key: RecordKey): CaseStep {
  // Older files hold any text.
  const lifecycle: Lifecycle = stepLifecycle;
  return { ...step, scheduledStatus: requireNextStatus(lifecycle, step.scheduledStatus ?? "unscheduled", event, key) };
}
