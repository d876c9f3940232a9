import { globSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

import { LongestFirst } from "./vitest.sequencer.ts";

/** Packages are tested from their sources: a build is never needed, and never stale. */
const conditions = ["holdfast-source"];

/** A package that depends on one of these may want Postgres in its tests, and shares the one server of the run. */
const postgresUsers = ["@holdfast-tooling/pg-test", "@holdfast-tooling/stores"];
const postgresSetup = fileURLToPath(new URL("tooling/pg-test/src/global-setup.ts", import.meta.url));

/** Their tests try things by chance, from the seed of the run. */
const byChance = ["@holdfast/core", "@holdfast/migrate", "@holdfast/repositories"];
const chanceSetup = fileURLToPath(new URL("vitest.chance.ts", import.meta.url));
const setup = fileURLToPath(new URL("vitest.setup.ts", import.meta.url));

/**
 * Their tests share the modules of a worker: a process for each of their many files would cost half a second each. Test
 * helpers there keep nothing in their modules that one file begins and another ends.
 */
const sharing = [
  "@holdfast/connect",
  "@holdfast/core",
  "@holdfast/repositories",
  "@holdfast/store-memory",
  "@holdfast/store-sql",
];

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** `STORES=sqlite,json` leaves the other stores' own packages out; where a test takes several stores, it asks by itself. */
const chosenStores = process.env["STORES"]?.split(",").map((name) => name.trim());

function isChosen(manifestFile: string): boolean {
  const store = /^packages\/store-(memory|json|sqlite|postgres)\//.exec(manifestFile)?.[1];
  return store === undefined || chosenStores === undefined || chosenStores.includes(store);
}

function project(manifestFile: string): TestProjectInlineConfiguration {
  const manifest = JSON.parse(readFileSync(manifestFile, "utf8")) as Manifest;
  const dependencies = { ...manifest.dependencies, ...manifest.devDependencies };
  return {
    extends: true,
    root: manifestFile.replace(/\/package\.json$/, ""),
    test: {
      name: manifest.name,
      isolate: !sharing.includes(manifest.name),
      include: ["test/**/*.test.ts"],
      setupFiles: byChance.includes(manifest.name) ? [setup, chanceSetup] : [setup],
      globalSetup: postgresUsers.some((user) => user in dependencies) ? [postgresSetup] : [],
    },
  };
}

/** What tests try by chance repeats itself before a merge, and varies elsewhere: `SEED` repeats any run. */
const chosenSeed = process.env["CI"] === undefined ? Math.floor(Math.random() * 2 ** 31) : 20_261_122;

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // No test asserts a time. The limits only end what hangs, on a busy machine too.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    sequence: { sequencer: LongestFirst },
    // Two cores are kept busy by three: at any moment some tests wait for disks, servers and child processes.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    env: {
      // Processes that tests start load the same sources again and again.
      NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/node-compile", import.meta.url)),
      SEED: process.env["SEED"] ?? String(chosenSeed),
    },
    projects: globSync(["bench/package.json", "{packages,apps,examples,tooling}/*/package.json"])
      .filter(isChosen)
      .sort()
      .map(project),
    coverage: { include: ["packages/*/src/**"] },
  },
});
