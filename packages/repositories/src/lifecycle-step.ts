import { isTerminal, requireNextStatus, requireTransitionEvent, timestampText } from "@holdfast/core";
import type { Lifecycle, LifecycleState, RecordKey, Stamps } from "@holdfast/core";

/** What is asked of a lifecycle: what an event leads to, or a status. */
export type Step = { readonly event: string } | { readonly to: string };

/** The status that a step leads to; ILLEGAL_TRANSITION where it is not allowed. `of`: whose status it is. */
export function statusAfter(lifecycle: Lifecycle, status: string, step: Step, of: RecordKey): string {
  if ("event" in step) return requireNextStatus(lifecycle, status, step.event, of);
  requireTransitionEvent(lifecycle, status, step.to, of);
  return step.to;
}

/** The lifecycle's fields at a status. `finishedAt` is set when a terminal status is reached, and never again. */
export function stateAt(
  lifecycle: Lifecycle,
  { finishedAt }: Partial<LifecycleState>,
  status: string,
  stamps: Pick<Stamps, "now">,
): LifecycleState {
  if (!lifecycle.finishedAt) return { status };
  const ended = isTerminal(lifecycle, status);
  return { status, finishedAt: finishedAt ?? (ended ? timestampText(stamps.now()) : null) };
}
