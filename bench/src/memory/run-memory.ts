import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createDatabase } from "@holdfast-tooling/pg-test";
import type { StoreName } from "../subject.ts";
import { formatValue } from "../report/format.ts";
import { markdownTable } from "../report/markdown-table.ts";
import { someAtOnce } from "../run/some-at-once.ts";
import { stepNames } from "./steps.ts";
import type { StepName } from "./steps.ts";

const program = fileURLToPath(new URL("step-process.ts", import.meta.url));
const megabyte = 2 ** 20;

export interface MemoryRun {
  readonly stores: readonly StoreName[];
  /** How many documents, rising. */
  readonly sizes: readonly number[];
  readonly folder: string;
  /** Of a Postgres server, where it is among the stores. */
  readonly serverUrl: string;
}

interface Found {
  readonly store: StoreName;
  readonly step: StepName;
  readonly count: number;
  readonly peak: number;
  readonly kept: number;
}

/** What memory our stores take as they hold more, as Markdown: each step in a process of its own. */
export async function runMemory(run: MemoryRun): Promise<string> {
  const wanted = run.stores.flatMap((store) => run.sizes.map((count) => ({ store, count })));
  const found = await someAtOnce(wanted, (one) => allSteps(one, run));
  return memoryReport(found.flat(), run.sizes);
}

async function allSteps({ store, count }: Pick<Found, "store" | "count">, run: MemoryRun): Promise<readonly Found[]> {
  const found: Found[] = [];
  const url = await urlFor(store, run);
  for (const step of stepNames) {
    const freshUrl = `sqlite:${join(await mkdtemp(join(run.folder, "memory-")), "copy.db")}`;
    const words = ["--expose-gc", ...process.execArgv, program, step, JSON.stringify({ url, count, freshUrl })];
    const { stdout } = await promisify(execFile)(process.execPath, words);
    found.push({ store, step, count, ...(JSON.parse(stdout) as Pick<Found, "peak" | "kept">) });
  }
  return found;
}

async function urlFor(store: StoreName, { folder, serverUrl }: MemoryRun): Promise<string> {
  const own = await mkdtemp(join(folder, "memory-"));
  return store === "postgres"
    ? createDatabase(serverUrl, own.slice(own.lastIndexOf("memory-")).toLowerCase())
    : `${store}:${join(own, "documents")}`;
}

export function memoryReport(found: readonly Found[], sizes: readonly number[]): string {
  const rows = [...Map.groupBy(found, ({ store, step }) => `${store}: ${step}`)].map(([name, ofName]) => ({
    name,
    bySize: sizes.map((size) => ofName.find(({ count }) => count === size)),
  }));
  const head = ["", ...sizes.map((size) => `${size.toLocaleString("en")} documents`)];
  const peaks = rows.map(({ name, bySize }) => [name, ...bySize.map((one) => megabytes(one?.peak))]);
  const kept = rows.map(({ name, bySize }) => [
    name,
    ...bySize.map((one) => megabytes(one?.kept)),
    perDocument(bySize),
  ]);
  return [
    "Beyond the loaded code, at most:",
    markdownTable(head, peaks),
    "Of it, what JavaScript holds afterwards with the store still open:",
    markdownTable([...head, "each document more"], kept),
  ].join("\n\n");
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? "" : `${formatValue(bytes / megabyte)} MB`;
}

/** Between the two largest sizes, so that what is held once does not count. */
function perDocument(bySize: readonly (Found | undefined)[]): string {
  const [fewer, more] = bySize.slice(-2);
  if (fewer === undefined || more === undefined) return "";
  return `${formatValue(Math.max(more.kept - fewer.kept, 0) / (more.count - fewer.count))} bytes`;
}
