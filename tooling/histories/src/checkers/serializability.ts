/**
 * Whether the transactions of a list-append history can have been run one after the other: in the way of Elle (Kingsbury
 * and Alvaro, 2020), which needs no search, since lists show the order of their appends.
 */
import type { Operation } from "../history.ts";
import { findCycles } from "./cycles.ts";
import type { Cycle } from "./cycles.ts";
import { dependencies, realTime } from "./dependencies.ts";
import { listAnomalies } from "./list-anomalies.ts";
import { listVersions, show } from "./list-versions.ts";
import type { Anomaly, ListTransaction } from "./list-versions.ts";

export interface SerializabilityOptions {
  /** Also that the order keeps to the clock: who ended before another asked comes before it. @default false */
  readonly strict?: boolean;
}

/** Every kind of anomaly that the history shows, at least once; empty where a serial order explains it all. */
export function checkSerializability(
  operations: readonly Operation[],
  { strict = false }: SerializabilityOptions = {},
): readonly Anomaly[] {
  const versions = listVersions(operations);
  const edges = [...dependencies(versions), ...(strict ? realTime(versions.transactions) : [])];
  const cycles = [...findCycles(edges)].map(([name, cycle]) => ({
    name,
    explanation: explain(cycle, versions.transactions),
  }));
  return [...listAnomalies(versions, strict), ...cycles];
}

function explain(cycle: Cycle, transactions: readonly ListTransaction[]): string {
  const [first] = cycle;
  const name = (id: number | undefined): string => {
    const transaction = id === undefined ? undefined : transactions[id];
    return transaction === undefined ? "?" : show(transaction);
  };
  return cycle.reduce((text, { kind, to }) => `${text} -${kind}-> ${name(to)}`, name(first?.from));
}
