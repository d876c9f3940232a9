import { chanceFrom } from "@holdfast-tooling/chance";
import type { Chance } from "@holdfast-tooling/chance";
import type { KillPlace } from "./kill-choices.ts";
import type { KillTally } from "./kill-tally.ts";
import { ChainRun } from "./run-chain.ts";
import type { Scheme } from "./run-chain.ts";
import type { Kill } from "./run-writer.ts";
import type { Tools } from "./tools.ts";

export interface Killing {
  readonly tools: Tools;
  /** The shim's library. */
  readonly shim: string;
  readonly scheme: Scheme;
  /** Of the first chain; the others count on from it. */
  readonly seed: number;
  readonly tally: KillTally;
}

export interface ChainsSize {
  /** How many processes are killed in all. */
  readonly kills: number;
  /** How many of them in one chain, one after the other on the same stores. @default 20 */
  readonly killsEach?: number;
  /** Stores that a process works on at once. */
  readonly stores: number;
  /** What each lane of a store does at most before a process ends by itself. */
  readonly steps: number;
  /** How long texts are at most, in characters. */
  readonly width: number;
  /** How the process with this number of its chain is killed, from 0. */
  readonly choose: (number: number, chance: Chance, place: KillPlace) => Kill;
}

const lanes = 4;
/** While one process starts or syncs, another is checked. */
const chainsAtOnce = 2;
const idleMost = 100;

/** Runs chains of killed processes. Gives what went wrong, in words, with the command that does it again; else nothing. */
export async function runChains(killing: Killing, size: ChainsSize): Promise<readonly string[]> {
  const { kills, killsEach = 20 } = size;
  const failures: string[] = [];
  let next = 0;
  const runSome = async (): Promise<void> => {
    while (next * killsEach < kills && failures.length === 0) {
      const at = next++;
      failures.push(...(await runOne(killing, size, killing.seed + at, Math.min(killsEach, kills - at * killsEach))));
    }
  };
  await Promise.all(Array.from({ length: chainsAtOnce }, runSome));
  return failures;
}

async function runOne(killing: Killing, size: ChainsSize, seed: number, kills: number): Promise<readonly string[]> {
  const { tools, shim, scheme, tally } = killing;
  const { stores, steps, width, choose } = size;
  const chance = chanceFrom(seed);
  await using chain = new ChainRun(tools, { scheme, plan: { seed, lanes, width }, stores, steps }, tally);
  let [killed, idle] = [0, 0];
  while (killed < kills) {
    const number = killed + idle;
    const kill = choose(number, chance, { shim, home: chain.home });
    const where = `process ${number} of the chain with seed ${seed}, ${JSON.stringify(kill)}`;
    const again = `again: SEED=${seed} pnpm exec vitest run --project @holdfast-system/kills ${scheme}-kills`;
    try {
      const { run, problems } = await chain.kill(kill, chance);
      if (problems.length > 0) return [`${where}: ${problems.join("; ")}`, again];
      if (run.ended === "killed") killed++;
      else if (++idle > idleMost) return [`${where}: nobody is killed so`, again];
    } catch (thrown) {
      return [`${where}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`, again];
    }
  }
  return [];
}
