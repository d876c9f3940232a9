// Side by side in one run: this project's stores and what their raw drivers do by hand, at equal durability and schema.
// Ratios are what counts; the machine's own speed is in both sides. Options: --quick, and names of backends.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startPostgres } from "@holdfast-tooling/pg-test";
import { compare } from "./compare.ts";
import { holdfastSubject } from "./holdfast-subject.ts";
import { rawJsonSubject } from "./raw-json.ts";
import { rawPostgresSubject } from "./raw-postgres.ts";
import { rawSqliteSubject } from "./raw-sqlite.ts";
import type { Pair } from "./subject.ts";
import { workloads } from "./workloads.ts";

const { values, positionals } = parseArgs({
  options: { quick: { type: "boolean", default: false } },
  allowPositionals: true,
});
const count = values.quick ? 200 : 1_000;
const rounds = values.quick ? 3 : 5;

const folder = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
await using server = await startPostgres({ fsync: true });
const pairs: readonly Pair[] = [
  {
    name: "json",
    limit: "append and fdatasync",
    openOurs: () => holdfastSubject(`json:${join(folder, "ours.json")}`),
    openLimit: () => rawJsonSubject(join(folder, "raw.jsonl")),
  },
  {
    name: "sqlite",
    limit: "better-sqlite3, prepared, FULL",
    openOurs: () => holdfastSubject(`sqlite:${join(folder, "ours.db")}`),
    openLimit: () => rawSqliteSubject(join(folder, "raw.db")),
  },
  {
    name: "postgres",
    limit: "pg, named, pool of ten",
    openOurs: () => holdfastSubject(server.url),
    openLimit: () => rawPostgresSubject(server.url),
  },
];

try {
  for (const pair of pairs.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    const table = await compare(pair, workloads, count, rounds);
    console.log(`\n${pair.name} against ${pair.limit}: ${count} operations, ${rounds} rounds`);
    for (const { workload, ours, limitRate, ratio } of table) {
      const rates = `${Math.round(ours).toString().padStart(8)}/s ${Math.round(limitRate).toString().padStart(8)}/s`;
      console.log(`  ${workload.padEnd(40)} ${rates}  ${ratio.toFixed(2)} x`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
