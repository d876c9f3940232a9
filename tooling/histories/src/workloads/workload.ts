import type { Recorder } from "../recorder.ts";
import type { Chance } from "@holdfast-tooling/chance";

/** What one client of a workload needs to know. */
export interface ClientRun {
  readonly recorder: Recorder;
  readonly chance: Chance;
  /** From 0 to below `clients`. */
  readonly client: number;
  readonly clients: number;
  /** How many calls it makes. */
  readonly calls: number;
}

/** Keys of a workload are used for so many calls of all clients together; then come new ones. */
export function epochOf(run: ClientRun, call: number, callsAnEpoch: number): number {
  return Math.floor((call * run.clients) / callsAnEpoch);
}

/** How many epochs a run has. */
export function epochsOf({ calls, clients }: Pick<ClientRun, "calls" | "clients">, callsAnEpoch: number): number {
  return Math.ceil((calls * clients) / callsAnEpoch);
}
