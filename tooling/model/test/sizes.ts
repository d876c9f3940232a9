import type { RunSizes } from "../src/agrees-with-reference.ts";

/** `SEED`, `RUNS` and `COMMANDS` of the environment; a seed by chance where none is given. */
export function sizesFromEnvironment(): RunSizes {
  const { SEED, RUNS, COMMANDS } = process.env;
  return {
    seed: Number(SEED ?? Math.floor(Math.random() * 2 ** 31)),
    runs: Number(RUNS ?? 50),
    commands: Number(COMMANDS ?? 50),
  };
}
