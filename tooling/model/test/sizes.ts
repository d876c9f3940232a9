import type { RunSizes } from "../src/agrees-with-reference.ts";

/** `SEED`, `RUNS` and `COMMANDS` of the environment; the test runner gives a seed where nobody does. */
export function sizesFromEnvironment(): RunSizes {
  const { SEED, RUNS, COMMANDS } = process.env;
  return {
    seed: Number(SEED),
    runs: Number(RUNS ?? 50),
    commands: Number(COMMANDS ?? 50),
  };
}
