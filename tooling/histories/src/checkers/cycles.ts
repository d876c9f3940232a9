/** Cycles of dependencies, each by the name of the anomaly that it is. */
import type { Dependency, DependencyKind } from "./dependencies.ts";

/** The dependencies of one cycle, each going on where the one before it ended. */
export type Cycle = readonly Dependency[];

interface Search {
  readonly name: string;
  /** The kind that the cycle must have. */
  readonly first: DependencyKind;
  /** The kinds that it may have beside that. */
  readonly rest: readonly DependencyKind[];
  /** How many `rw` it has at least. */
  readonly readsMissed: number;
}

const searches: readonly Search[] = [
  { name: "G0", first: "ww", rest: ["ww"], readsMissed: 0 },
  { name: "G1c", first: "wr", rest: ["ww", "wr"], readsMissed: 0 },
  { name: "G-single", first: "rw", rest: ["ww", "wr"], readsMissed: 1 },
  { name: "G2-item", first: "rw", rest: ["ww", "wr", "rw"], readsMissed: 2 },
];

/**
 * A shortest cycle for each kind of anomaly that there is. Those that need `rt` have names that end in `-realtime`: they
 * contradict no serial order, but each that keeps to the clock.
 */
export function findCycles(all: readonly Dependency[]): ReadonlyMap<string, Cycle> {
  const found = new Map<string, Cycle>();
  const knotted = onCycles(all);
  for (const search of searches) {
    const cycle = shortestCycle(knotted, search);
    if (cycle !== undefined) found.set(search.name, cycle);
  }
  for (const search of searches) {
    const cycle = found.has(search.name)
      ? undefined
      : shortestCycle(knotted, { ...search, rest: [...search.rest, "rt"] });
    if (cycle?.some(({ kind }) => kind === "rt")) found.set(`${search.name}-realtime`, cycle);
  }
  return found;
}

/** Without the dependencies that lead into no cycle or out of none: nothing is left where there is none. */
function onCycles(all: readonly Dependency[]): readonly Dependency[] {
  const forward = peel(all, "to", "from");
  return peel(forward, "from", "to");
}

/** Takes away, as long as there is one, each node to whose side `near` no dependency is left. */
function peel(all: readonly Dependency[], near: "from" | "to", far: "from" | "to"): readonly Dependency[] {
  const held = new Map<number, number>();
  for (const dependency of all) held.set(dependency[near], (held.get(dependency[near]) ?? 0) + 1);
  const byFar = Map.groupBy(all, (dependency) => dependency[far]);
  const gone = new Set([...byFar.keys()].filter((node) => !held.has(node)));
  for (const node of gone) {
    for (const dependency of byFar.get(node) ?? []) {
      const left = (held.get(dependency[near]) ?? 0) - 1;
      held.set(dependency[near], left);
      if (left === 0) gone.add(dependency[near]);
    }
  }
  return all.filter((dependency) => !gone.has(dependency[far]) && !gone.has(dependency[near]));
}

function shortestCycle(all: readonly Dependency[], { first, rest, readsMissed }: Search): Cycle | undefined {
  const graph = Map.groupBy(
    all.filter(({ kind }) => rest.includes(kind)),
    ({ from }) => from,
  );
  let shortest: Cycle | undefined;
  for (const start of all.filter(({ kind }) => kind === first)) {
    const back = shortestPath(graph, start.to, start.from);
    if (back === undefined || (shortest !== undefined && back.length + 1 >= shortest.length)) continue;
    const cycle = [start, ...back];
    if (cycle.filter(({ kind }) => kind === "rw").length >= readsMissed) shortest = cycle;
    if (shortest?.length === 2) break;
  }
  return shortest;
}

function shortestPath(graph: ReadonlyMap<number, Cycle>, from: number, to: number): Cycle | undefined {
  const reachedBy = new Map<number, Dependency | undefined>([[from, undefined]]);
  for (const node of reachedBy.keys()) {
    if (node === to) return pathTo(node, reachedBy);
    for (const dependency of graph.get(node) ?? []) {
      if (!reachedBy.has(dependency.to)) reachedBy.set(dependency.to, dependency);
    }
  }
  return undefined;
}

function pathTo(end: number, reachedBy: ReadonlyMap<number, Dependency | undefined>): Cycle {
  const path: Dependency[] = [];
  for (let step = reachedBy.get(end); step !== undefined; step = reachedBy.get(step.from)) path.unshift(step);
  return path;
}
