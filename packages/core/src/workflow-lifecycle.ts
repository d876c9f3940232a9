import { defineLifecycle } from "./lifecycle.ts";

/**
 * The lifecycle of jobs and cases: work is started, may wait for input or be cancelled, and ends in one of three ways,
 * when `finishedAt` is set.
 */
export const workflowLifecycle = defineLifecycle({
  statuses: ["stopped", "in_progress", "cancelling", "awaiting", "completed", "failed", "cancelled"],
  initial: "stopped",
  events: {
    start_work: { from: "stopped", to: "in_progress" },
    successfully_done: { from: "in_progress", to: "completed" },
    awaiting_on_input: { from: "in_progress", to: "awaiting" },
    cancel_requested: { from: "in_progress", to: "cancelling" },
    error_encountered: { from: "in_progress", to: "failed" },
    timeout_or_error: { from: "awaiting", to: "failed" },
    input_received: { from: "awaiting", to: "in_progress" },
    cancel_while_waiting: { from: "awaiting", to: "cancelling" },
    cancel_confirmed: { from: "cancelling", to: "cancelled" },
  },
  running: ["in_progress", "cancelling", "awaiting"],
  groups: {
    stopped: ["stopped", "cancelled", "failed", "completed"],
    anomaly: ["cancelling", "cancelled", "failed"],
  },
  finishedAt: true,
});

export type WorkflowStatus = (typeof workflowLifecycle.statuses)[number];
export type WorkflowEvent = (typeof workflowLifecycle.edges)[number]["event"];
