/** One package's place in the architecture. */
export interface Room {
  /** Its imports lead to lower levels only. */
  readonly level: number;
  /** What it may depend on: packages of this workspace, and for a published package everything else too. */
  readonly dependencies: readonly string[];
  /** What its user brings. */
  readonly peers?: readonly string[];
  /** What its tests may use beyond that, packages of this workspace. */
  readonly development?: readonly string[];
}

const core = "@holdfast/core";
const chance = "@holdfast-tooling/chance";
const conformance = "@holdfast/conformance";
const evidence = "@holdfast-tooling/evidence";
const pgTest = "@holdfast-tooling/pg-test";
const pgProxy = "@holdfast-tooling/pg-proxy";
const sqlFixtures = "@holdfast-tooling/sql-fixtures";
const seededBugs = "@holdfast-tooling/seeded-bugs";
const simulatedFs = "@holdfast-tooling/simulated-fs";
const stores = "@holdfast-tooling/stores";
const everyStore = ["json", "memory", "postgres", "sqlite"].map((name) => `@holdfast/store-${name}`);
const lastingStores = ["json", "postgres", "sqlite"].map((name) => `@holdfast/store-${name}`);

/** The table of packages and arrows. A new arrow is a new word here, and a reviewer sees it. */
export const rooms: Readonly<Record<string, Room>> = {
  "@holdfast/core": { level: 0, dependencies: ["uuid"], peers: ["zod"] },

  "@holdfast/store-memory": { level: 1, dependencies: [core, "sorted-btree"], development: [conformance] },
  "@holdfast/store-sql": { level: 1, dependencies: [core, "kysely"] },
  "@holdfast/migrate": { level: 1, dependencies: [core], development: [conformance, stores] },
  "@holdfast/connect": { level: 1, dependencies: [core], peers: everyStore, development: [stores] },
  "@holdfast/conformance": { level: 1, dependencies: [core] },

  "@holdfast/repositories": {
    level: 2,
    dependencies: [core, "@holdfast/connect"],
    peers: ["zod"],
    development: [stores],
  },
  "@holdfast/store-json": {
    level: 2,
    dependencies: [core, "@holdfast/store-memory"],
    development: [chance, conformance, evidence, simulatedFs],
  },
  "@holdfast/store-sqlite": {
    level: 2,
    dependencies: [core, "@holdfast/store-sql", "better-sqlite3", "kysely"],
    development: [conformance, sqlFixtures],
  },
  "@holdfast/store-postgres": {
    level: 2,
    dependencies: [core, "@holdfast/store-sql", "@types/pg", "kysely", "pg"],
    development: [conformance, pgProxy, pgTest, sqlFixtures],
  },

  "@holdfast-examples/store-pglite": {
    level: 2,
    dependencies: [core, "@electric-sql/pglite", "@holdfast/store-sql", "kysely"],
    development: [conformance],
  },

  "@holdfast/cli": {
    level: 3,
    dependencies: [
      core,
      "@holdfast/connect",
      "@holdfast/migrate",
      "@holdfast/repositories",
      "cli-progress",
      "commander",
    ],
    development: [stores],
  },
  "@holdfast/studio": {
    level: 3,
    dependencies: [
      core,
      "@holdfast/connect",
      "@holdfast/migrate",
      "@holdfast/repositories",
      "@hono/node-server",
      "hono",
    ],
    development: [stores],
  },

  "@holdfast/demo": {
    level: 4,
    dependencies: [core, "@holdfast/connect", "@holdfast/migrate", "@holdfast/repositories", ...everyStore, pgTest],
  },
  "@holdfast/bench": {
    level: 5,
    dependencies: [
      core,
      "@holdfast/connect",
      "@holdfast/migrate",
      "@holdfast/repositories",
      "@holdfast/store-sql",
      ...everyStore,
      pgTest,
      stores,
    ],
  },

  "@holdfast-tooling/arrows": { level: 0, dependencies: [] },
  [chance]: { level: 0, dependencies: [] },
  "@holdfast-tooling/evidence": { level: 0, dependencies: [] },
  "@holdfast-tooling/histories": {
    level: 4,
    dependencies: [core, chance],
    development: [evidence, pgTest, seededBugs, stores, "@holdfast/store-postgres", "@holdfast/store-sqlite"],
  },
  "@holdfast-tooling/model": { level: 4, dependencies: [core], development: [evidence, seededBugs, stores] },
  "@holdfast-tooling/mutants": { level: 1, dependencies: [evidence] },
  "@holdfast-tooling/nightly": { level: 0, dependencies: [] },
  "@holdfast-tooling/pack-check": { level: 0, dependencies: [] },
  [pgProxy]: { level: 1, dependencies: ["pg"], development: [pgTest] },
  "@holdfast-tooling/pg-test": { level: 0, dependencies: [] },
  [simulatedFs]: { level: 1, dependencies: [chance] },
  "@holdfast-tooling/sql-fixtures": { level: 1, dependencies: [core] },
  "@holdfast-tooling/seeded-bugs": { level: 2, dependencies: [core, "@holdfast/store-memory"] },
  "@holdfast-tooling/stores": {
    level: 3,
    dependencies: [core, conformance, ...everyStore, pgTest],
    development: [seededBugs],
  },
  "@holdfast-tooling/tsconfig": { level: 0, dependencies: [] },

  "@holdfast-system/pg-cuts": {
    level: 4,
    dependencies: [core, chance, pgProxy, "@holdfast/store-postgres"],
    development: [evidence, pgTest],
  },
  "@holdfast-system/pg-chaos": {
    level: 5,
    dependencies: [core, "@holdfast/repositories", "@holdfast/store-postgres", pgTest],
    development: [conformance, evidence, pgProxy, "@holdfast-tooling/histories"],
  },
  "@holdfast-system/pg-large": {
    level: 5,
    dependencies: [core, "@holdfast/repositories", "@holdfast/store-postgres"],
    development: [evidence, pgTest],
  },
  "@holdfast-system/large-moves": {
    level: 4,
    dependencies: [core, "@holdfast/connect", "@holdfast/migrate", ...everyStore],
    development: [evidence, pgTest],
  },
  "@holdfast-system/kills": {
    level: 4,
    dependencies: [core, chance, "@holdfast/repositories", "@holdfast/store-json", "@holdfast/store-sqlite"],
    development: [evidence],
  },
  "@holdfast-system/moves": {
    level: 5,
    dependencies: [core, "@holdfast-system/kills", "@holdfast/migrate", ...lastingStores],
    development: [evidence, pgTest],
  },
  "@holdfast-system/places": {
    level: 4,
    dependencies: [core, "@holdfast/connect"],
    development: [evidence, "@holdfast/migrate"],
  },
};

/** Packages whose code means the same on every backend, so that it never learns a backend's name. */
export const genericRooms: readonly string[] = [
  core,
  conformance,
  "@holdfast/store-sql",
  "@holdfast/repositories",
  "@holdfast/connect",
  "@holdfast/migrate",
  "@holdfast/cli",
  "@holdfast/studio",
];

/** The one file of the generic rooms that lists the backends there are. */
export const knownBackends = "packages/connect/src/known-backends.ts";

/** Packages that know plain data only: no schemas. */
export const plainDataRooms: readonly string[] = [...everyStore, "@holdfast/store-sql"];

/** Published packages that may read the environment. */
export const environmentRooms: readonly string[] = ["@holdfast/connect", "@holdfast/cli"];

/** The files of a package that reach outside; all others are handed what they need, so that tests can simulate faults. */
export const outsideParts: Readonly<Record<string, readonly string[]>> = {
  "@holdfast/store-json": [
    "builtin-sqlite.ts",
    "clock.ts",
    "durable-fs.ts",
    "lock.ts",
    "system-parts.ts",
    "watch-file.ts",
  ],
};
