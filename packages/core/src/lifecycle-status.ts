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
  const hint = listed(allowed, "no event");
  throw new HoldfastError(`status "${status}"${whose(of)} does not allow the event "${event}"; it allows ${hint}`, {
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

/**
 * The event that leads from one status to another, or ILLEGAL_TRANSITION with `from`, `to` and the statuses `allowed`.
 * `of`: whose status it is, for the error.
 */
export function requireTransitionEvent<S extends string, E extends string>(
  lifecycle: Lifecycle<S, E>,
  from: NoInfer<S>,
  to: NoInfer<S>,
  of?: RecordKey,
): E {
  const event = transitionEvent(lifecycle, from, to);
  if (event !== undefined) return event;
  const allowed = [...validTransitions(lifecycle, from).keys()];
  const hint = listed(allowed, "no other");
  throw new HoldfastError(`status "${from}"${whose(of)} does not lead to "${to}"; it leads to ${hint}`, {
    code: "ILLEGAL_TRANSITION",
    details: { ...(of && { type: of.type, id: of.id }), from, to, allowed },
  });
}

/** For each status, in the order declared, where one event leads and which: the whole lifecycle as a table. */
export function transitionTable<S extends string, E extends string>(
  lifecycle: Lifecycle<S, E>,
): ReadonlyMap<S, ReadonlyMap<S, E>> {
  return new Map(lifecycle.statuses.map((status) => [status, validTransitions<S, E>(lifecycle, status)]));
}

export function canTransition<S extends string>(lifecycle: Lifecycle<S>, from: NoInfer<S>, to: NoInfer<S>): boolean {
  return transitionEvent(lifecycle, from, to) !== undefined;
}

/** Whether work in this status is under way. */
export function isRunning<S extends string>(lifecycle: Lifecycle<S>, status: NoInfer<S>): boolean {
  return lifecycle.running.includes(status);
}

/** Whether no event leaves this status. */
export function isTerminal<S extends string>(lifecycle: Lifecycle<S>, status: NoInfer<S>): boolean {
  return !lifecycle.edges.some(({ from }) => from === status);
}

/** Whether a status is in one of the sets that the lifecycle names; false for a set that it does not name. */
export function isInGroup<S extends string, G extends string>(
  lifecycle: Lifecycle<S, string, boolean, G>,
  group: NoInfer<G>,
  status: NoInfer<S>,
): boolean {
  return Object.hasOwn(lifecycle.groups, group) && lifecycle.groups[group].includes(status);
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

function listed(names: readonly string[], none: string): string {
  return names.length === 0 ? none : names.map((each) => `"${each}"`).join(", ");
}

function whose(of: RecordKey | undefined): string {
  return of === undefined ? "" : ` of "${of.type}" with id "${of.id}"`;
}
