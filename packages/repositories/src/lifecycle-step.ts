import {
  canTransition,
  HoldfastError,
  requireNextStatus,
  terminalStatuses,
  timestampText,
  validTransitions,
} from "@holdfast/core";
import type { Lifecycle, LifecycleState, RecordKey, Stamps } from "@holdfast/core";

/** What is asked of a lifecycle: what an event leads to, or a status. */
export type Step = { readonly event: string } | { readonly to: string };

/** The status that a step leads to; ILLEGAL_TRANSITION where it is not allowed. `of`: whose status it is. */
export function statusAfter(lifecycle: Lifecycle, status: string, step: Step, of: RecordKey): string {
  if ("event" in step) return requireNextStatus(lifecycle, status, step.event, of);
  if (canTransition(lifecycle, status, step.to)) return step.to;
  const allowed = [...validTransitions(lifecycle, status).keys()];
  const hint = allowed.length === 0 ? "no other" : allowed.map((each) => `"${each}"`).join(", ");
  throw new HoldfastError(
    `status "${status}" of "${of.type}" with id "${of.id}" does not lead to "${step.to}"; it leads to ${hint}`,
    { code: "ILLEGAL_TRANSITION", details: { type: of.type, id: of.id, from: status, to: step.to, allowed } },
  );
}

/** The lifecycle's fields at a status. `finishedAt` is set when a terminal status is reached, and never again. */
export function stateAt(
  lifecycle: Lifecycle,
  { finishedAt }: Partial<LifecycleState>,
  status: string,
  stamps: Pick<Stamps, "now">,
): LifecycleState {
  if (!lifecycle.finishedAt) return { status };
  const ended = terminalStatuses(lifecycle).includes(status);
  return { status, finishedAt: finishedAt ?? (ended ? timestampText(stamps.now()) : null) };
}
