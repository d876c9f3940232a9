import type { Part, Program, Size } from "./part.ts";

/** The long checks there are. Whoever writes one adds a line here. */
export const parts: readonly Part[] = [
  {
    name: "suite",
    description: "every test but the system's, with the files in another order",
    program: ({ seed }) =>
      vitest(["--project", "!@holdfast-system/*", "--sequence.shuffle.files", `--sequence.seed=${seed}`]),
  },
  {
    name: "model",
    description: "random commands on every store and on a plain map that must agree",
    program: (size) =>
      vitest(["--project", "@holdfast-tooling/model", "model.test"], {
        SEED: String(size.seed),
        RUNS: scaled(size, 2_000),
        COMMANDS: "100",
      }),
  },
  {
    name: "histories",
    description: "what concurrent clients and processes were told, and whether a serial order explains it",
    program: (size) =>
      vitest(["--project", "@holdfast-tooling/histories", "one-process", "many-processes"], {
        SEED: String(size.seed),
        CALLS: scaled(size, 10_000),
        CLIENTS: "9",
        WORKLOADS: "register,list-append,bank",
      }),
  },
  {
    name: "chaos",
    description: "a Postgres server that is crashed, restarted and robbed of its connections under clients who write",
    program: (size) => vitest(["--project", "@holdfast-system/pg-chaos", "chaos"], { RESTARTS: scaled(size, 1_000) }),
  },
  {
    name: "kills",
    description:
      "processes that are killed while they open, write, recover or fold stores in files, and what they leave",
    program: (size) =>
      vitest(["--project", "@holdfast-system/kills"], { SEED: String(size.seed), KILLS: scaled(size, 10_000) }),
  },
  {
    name: "moves",
    description:
      "processes that are killed while they copy, back up or restore a store, and what the next one makes of it",
    program: (size) =>
      vitest(["--project", "@holdfast-system/moves"], {
        MOVE_KILLS: scaled(size, 2_000),
        ONE_BYTE_IN: "sqlite,json,postgres",
      }),
  },
  {
    name: "pooler",
    description: "the whole conformance suite behind PgBouncer, each transaction on a connection of its own",
    program: () => vitest(["--project", "@holdfast-system/pg-chaos", "pooler"], { POOLER: "all" }),
  },
  {
    name: "cuts",
    description: "connections to Postgres that are cut at each message, commits above all, and what callers were told",
    program: (size) =>
      vitest(["--project", "@holdfast-system/pg-cuts", "cuts"], {
        SEED: String(size.seed),
        CUTS: scaled(size, 10_000),
      }),
  },
  {
    name: "large",
    description:
      "very many records on Postgres in little memory, tables that others lock, and few records always written",
    program: (size) =>
      vitest(["--project", "@holdfast-system/pg-large"], {
        ROWS: scaled(size, 2_000_000),
        ROUNDS: scaled(size, 200),
      }),
  },
  {
    name: "large-moves",
    description: "very many documents that are moved from each backend to each other, and the memory that it takes",
    program: (size) => vitest(["--project", "@holdfast-system/large-moves"], { DOCUMENTS: scaled(size, 1_000_000) }),
  },
  {
    name: "images",
    description: "what a power cut or a kill at any operation leaves of a JSON store, opened and compared",
    program: (size) =>
      vitest(["--project", "@holdfast/store-json", "crash-images"], {
        SEED: String(size.seed),
        IMAGES: scaled(size, 10_000_000),
      }),
  },
  {
    name: "mutants",
    description: "known faults put into the sources, each of which a named test must find",
    program: () => ({
      command: "node",
      arguments: ["--conditions=holdfast-source", "tooling/mutants/src/main.ts"],
      environment: {},
    }),
  },
];

/** So much of a part's own amount of work: a whole number from 1. */
export function scaled({ scale }: Size, amount: number): string {
  return String(Math.max(1, Math.round(amount * scale)));
}

function vitest(options: readonly string[], environment: Program["environment"] = {}): Program {
  return { command: "vitest", arguments: ["run", ...options], environment };
}
