import { HoldfastError } from "./errors.ts";

/** One arrow of a lifecycle's diagram. */
export interface LifecycleEdge<S extends string = string, E extends string = string> {
  readonly event: E;
  readonly from: S;
  readonly to: S;
}

/**
 * Which statuses an entity can have and which events lead from one to another: plain data, made by `defineLifecycle`.
 * `S`: the statuses, `E`: the events, `F`: whether it keeps `finishedAt`, `G`: the names of its groups.
 */
export interface Lifecycle<
  S extends string = string,
  E extends string = string,
  F extends boolean = boolean,
  G extends string = string,
> {
  /** In the order declared. */
  readonly statuses: readonly S[];
  /** The status of a new entity. */
  readonly initial: S;
  /** In the order declared. */
  readonly edges: readonly LifecycleEdge<S, E>[];
  /** The statuses of work under way, which a restarted process takes up again. */
  readonly running: readonly S[];
  /** Further sets of statuses, by name. */
  readonly groups: { readonly [name in G]: readonly S[] };
  /** Whether entities have `finishedAt`, set once when a terminal status is reached. */
  readonly finishedAt: F;
  /** Whether each transition leaves a `Transition` record, written in the same batch. */
  readonly history: boolean;
}

/** An arrow, or several with one target. */
export interface EventRule<S extends string> {
  readonly from: S | readonly S[];
  readonly to: S;
}

export interface LifecycleDefinition<S extends string, E extends string, F extends boolean, G extends string> {
  readonly statuses: readonly S[];
  readonly initial: NoInfer<S>;
  /** From each status an event leads to one other. */
  readonly events: { readonly [event in E]: EventRule<NoInfer<S>> | readonly EventRule<NoInfer<S>>[] };
  /** @default every status that is neither initial nor terminal */
  readonly running?: readonly NoInfer<S>[];
  readonly groups?: { readonly [name in G]: readonly NoInfer<S>[] };
  /** @default false */
  readonly finishedAt?: F;
  /** @default false */
  readonly history?: boolean;
}

interface AnyLifecycleDefinition extends LifecycleDefinition<string, string, boolean, string> {}

/** Declares a lifecycle; INVALID_MODEL where a name stands twice, is not a status, or an event has two targets. */
export function defineLifecycle<
  const S extends string,
  const E extends string,
  const F extends boolean = false,
  const G extends string = never,
>(definition: LifecycleDefinition<S, E, F, G>): Lifecycle<S, E, F, G>;
export function defineLifecycle(definition: AnyLifecycleDefinition): Lifecycle {
  const { statuses, initial, groups = {} } = definition;
  const edges = edgesOf(definition);
  checkStatuses(statuses, "statuses");
  const known = new Set(statuses);
  const named = [initial, ...edges.flatMap(({ from, to }) => [from, to])];
  for (const status of named) if (!known.has(status)) throw invalid(`"${status}" is not one of the statuses`);
  for (const [name, members] of Object.entries({ running: definition.running ?? [], ...groups })) {
    checkStatuses(members, `the group "${name}"`);
    for (const status of members) if (!known.has(status)) throw invalid(`"${status}" in "${name}" is not a status`);
  }
  const left = new Set(edges.map(({ from }) => from));
  return {
    statuses: [...statuses],
    initial,
    edges,
    running: definition.running ?? statuses.filter((status) => status !== initial && left.has(status)),
    groups,
    finishedAt: definition.finishedAt ?? false,
    history: definition.history ?? false,
  };
}

function edgesOf(definition: AnyLifecycleDefinition): readonly LifecycleEdge[] {
  const edges = Object.entries(definition.events).flatMap(([event, rules]) =>
    [rules].flat().flatMap(({ from, to }) => [from].flat().map((each) => ({ event, from: each, to }))),
  );
  const seen = new Set<string>();
  for (const { event, from } of edges) {
    const key = JSON.stringify([event, from]);
    if (seen.has(key)) throw invalid(`event "${event}" is declared twice for status "${from}"`);
    seen.add(key);
  }
  return edges;
}

function checkStatuses(statuses: readonly string[], where: string): void {
  const twice = statuses.find((status, at) => statuses.indexOf(status) !== at);
  if (twice !== undefined) throw invalid(`"${twice}" stands twice in ${where}`);
  if (statuses.includes("")) throw invalid(`${where} must not hold an empty name`);
}

function invalid(reason: string): HoldfastError {
  return new HoldfastError(`a lifecycle cannot be declared so: ${reason}`, { code: "INVALID_MODEL" });
}
