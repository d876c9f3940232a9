import type { Round, Size, Workload } from "../workloads/workload.ts";
import { pace } from "./pace.ts";

/** A system that is slow is not asked for thousands before it is known how slow. */
const firstTry = 5;
const stepUp = 10;
/** Of a round, what its pace is found with. */
const share = 1 / 4;

type Bounds = Pick<Size, "fewest" | "roundMs" | "warm">;
type Paced = Pick<Workload, "operations" | "patience">;

/**
 * Runs a workload until it is warm, with more operations at a time as it turns out how fast it is: until the engine has
 * seen as many operations as it needs to compile what it runs, or as many as a slow system does in the time for it.
 *
 * @returns how many operations a round may have, as far as that can be told while others are busy
 */
export async function warmUp(round: Round, workload: Paced, size: Bounds): Promise<number> {
  const end = performance.now() + size.warm.milliseconds;
  let done = 0;
  for (let operations = Math.min(firstTry, workload.operations); ;) {
    const found = await tried(round, operations, workload, size);
    done += operations;
    if (done >= size.warm.operations || performance.now() >= end) return found;
    operations = Math.min(found, operations * stepUp);
  }
}

/** How many operations a round of a warm system has, beginning with a guess. */
export async function findPace(round: Round, workload: Paced, size: Bounds, guess: number): Promise<number> {
  for (let operations = Math.ceil(guess * share); ;) {
    const found = await tried(round, operations, workload, size);
    if (found <= operations * stepUp) return found;
    operations = Math.ceil(found * share);
  }
}

async function tried(
  round: Round,
  operations: number,
  { operations: most, patience = 1 }: Paced,
  { fewest, roundMs }: Bounds,
): Promise<number> {
  const started = performance.now();
  await round(operations);
  const milliseconds = performance.now() - started;
  return pace({ operations, milliseconds }, { fewest, most, roundMs: roundMs * patience });
}
