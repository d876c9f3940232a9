import fc from "fast-check";

import { anyCall } from "./any-call.ts";
import type { Call } from "./call.ts";
import { runCall } from "./run-call.ts";
import { newWorld } from "./world.ts";
import type { Real, World } from "./world.ts";

export interface RunSizes {
  readonly seed: number;
  /** How many runs, each in tenants of its own. */
  readonly runs: number;
  /** How many commands a run has at most. */
  readonly commands: number;
  /** Look for the fewest commands that fail. @default true */
  readonly shrink?: boolean;
}

/** One call on one of the run's tenants. */
class Command implements fc.AsyncCommand<World, Real> {
  readonly #call: Call;
  readonly #tenant: number;

  constructor(call: Call, tenant: number) {
    this.#call = call;
    this.#tenant = tenant;
  }

  check(): boolean {
    return true;
  }

  async run(world: World, real: Real): Promise<void> {
    const tenant = world.tenants[this.#tenant];
    if (tenant !== undefined) await runCall(real, tenant, this.#call);
  }

  toString(): string {
    return `\n  tenant ${this.#tenant}: ${JSON.stringify(this.#call)}`;
  }
}

const anyCommand = fc.tuple(anyCall, fc.constantFrom(0, 0, 0, 1)).map(([call, tenant]) => new Command(call, tenant));

/**
 * Runs random commands on a store and on the reference until they disagree; then fails with the fewest commands that
 * still do, and with the seed. Gives the number of runs. Each run has two tenants of its own, one's name a prefix of the other's.
 */
export async function agreesWithReference(
  real: Real,
  { seed, runs, commands, shrink = true }: RunSizes,
): Promise<number> {
  let made = 0;
  const property = fc.asyncProperty(
    fc.commands([anyCommand], { maxCommands: commands, size: "max" }),
    async (drawn) => {
      const name = `run-${seed}-${++made}`;
      const setup = () => ({ model: newWorld([name, `${name}-b`]), real });
      await fc.asyncModelRun(setup, [...drawn, new Command({ call: "follow" }, 0)]);
    },
  );
  await fc.assert(property, { seed, numRuns: runs, endOnFailure: !shrink });
  return made;
}
