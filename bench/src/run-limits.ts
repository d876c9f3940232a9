import { join } from "node:path";
import { startPostgres } from "@holdfast-tooling/pg-test";
import { compare } from "./compare.ts";
import { holdfastSubject } from "./holdfast-subject.ts";
import { rawJsonSubject } from "./raw-json.ts";
import { rawPostgresSubject } from "./raw-postgres.ts";
import { rawSqliteSubject } from "./raw-sqlite.ts";
import type { Pair } from "./subject.ts";
import { workloads } from "./workloads.ts";

export const limitNames = ["json", "sqlite", "postgres"] as const;
type LimitName = (typeof limitNames)[number];

export interface LimitOptions {
  readonly folder: string;
  /** Operations of each workload in a round. */
  readonly count: number;
  readonly rounds: number;
}

/** One of our stores beside what its raw driver does by hand, as lines of text. */
export async function runLimits(name: LimitName, { folder, count, rounds }: LimitOptions): Promise<string> {
  await using server = name === "postgres" ? await startPostgres({ fsync: true }) : undefined;
  const pair = pairOf(name, folder, server?.url ?? "");
  const head = `${pair.name} against ${pair.limit}: ${count} operations, ${rounds} rounds`;
  const lines = (await compare(pair, workloads, count, rounds)).map(({ workload, ours, limitRate, ratio }) => {
    const rates = `${Math.round(ours).toString().padStart(8)}/s ${Math.round(limitRate).toString().padStart(8)}/s`;
    return `  ${workload.padEnd(40)} ${rates}  ${ratio.toFixed(2)} x`;
  });
  return [head, ...lines].join("\n");
}

function pairOf(name: LimitName, folder: string, postgresUrl: string): Pair {
  switch (name) {
    case "json":
      return {
        name,
        limit: "append and fdatasync",
        openOurs: () => holdfastSubject(`json:${join(folder, "ours.json")}`),
        openLimit: () => rawJsonSubject(join(folder, "raw.jsonl")),
      };
    case "sqlite":
      return {
        name,
        limit: "better-sqlite3, prepared, FULL",
        openOurs: () => holdfastSubject(`sqlite:${join(folder, "ours.db")}`),
        openLimit: () => rawSqliteSubject(join(folder, "raw.db")),
      };
    case "postgres":
      return {
        name,
        limit: "pg, named, pool of ten",
        openOurs: () => holdfastSubject(postgresUrl),
        openLimit: () => rawPostgresSubject(postgresUrl),
      };
    default:
      return name satisfies never;
  }
}
