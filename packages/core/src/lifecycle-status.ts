import { HoldfastError } from "./errors.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { RecordKey } from "./record.ts";

/** The status that `event` leads to, or undefined where `status` does not allow it. */
export function nextStatus<S extends string, E extends string>(
  lifecycle: Lifecycle<S, E>,
  status: NoInfer<S>,
  event: NoInfer<E>,
): S | undefined {
  return lifecycle.edges.find((edge) => edge.event === event && edge.from === status)?.to;
}

/**
 * The status that `event` leads to, or ILLEGAL_TRANSITION with `from`, `event` and the `allowed` events. `of`: whose
 * status it is, for the error.
 */
export function requireNextStatus<S extends string, E extends string>(
  lifecycle: Lifecycle<S, E>,
  status: NoInfer<S>,
  event: NoInfer<E>,
  of?: RecordKey,
): S {
  const next = nextStatus(lifecycle, status, event);
  if (next !== undefined) return next;
  const allowed = allowedEvents(lifecycle, status);
  const hint = allowed.length === 0 ? "no event" : allowed.map((each) => `"${each}"`).join(", ");
  const whose = of === undefined ? "" : ` of "${of.type}" with id "${of.id}"`;
  throw new HoldfastError(`status "${status}"${whose} does not allow the event "${event}"; it allows ${hint}`, {
    code: "ILLEGAL_TRANSITION",
    details: { ...(of && { type: of.type, id: of.id }), from: status, event, allowed },
  });
}

/** The events that a status allows, in the order declared. */
export function allowedEvents<S extends string, E extends string>(
  lifecycle: Lifecycle<S, E>,
  status: NoInfer<S>,
): readonly E[] {
  return lifecycle.edges.filter(({ from }) => from === status).map(({ event }) => event);
}

/** The statuses that can be reached from `status` in one step, each with the first event that does it. */
export function validTransitions<S extends string, E extends string>(
  lifecycle: Lifecycle<S, E>,
  status: NoInfer<S>,
): ReadonlyMap<S, E> {
  const transitions = new Map<S, E>();
  for (const { event, from, to } of lifecycle.edges) {
    if (from === status && !transitions.has(to)) transitions.set(to, event);
  }
  return transitions;
}

/** The event that leads from one status to another, or undefined where none does. */
export function transitionEvent<S extends string, E extends string>(
  lifecycle: Lifecycle<S, E>,
  from: NoInfer<S>,
  to: NoInfer<S>,
): E | undefined {
  return validTransitions(lifecycle, from).get(to);
}

export function canTransition<S extends string>(lifecycle: Lifecycle<S>, from: NoInfer<S>, to: NoInfer<S>): boolean {
  return transitionEvent(lifecycle, from, to) !== undefined;
}

/** The statuses that no event leaves. */
export function terminalStatuses<S extends string>(lifecycle: Lifecycle<S>): readonly S[] {
  const left = new Set(lifecycle.edges.map(({ from }) => from));
  return lifecycle.statuses.filter((status) => !left.has(status));
}

/** The statuses that events leave and none enters; the initial one where there is no such status. */
export function startStatuses<S extends string>(lifecycle: Lifecycle<S>): readonly S[] {
  const entered = new Set(lifecycle.edges.map(({ to }) => to));
  const left = new Set(lifecycle.edges.map(({ from }) => from));
  const starts = lifecycle.statuses.filter((status) => left.has(status) && !entered.has(status));
  return starts.length === 0 ? [lifecycle.initial] : starts;
}
