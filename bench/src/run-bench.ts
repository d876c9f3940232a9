import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { startPostgres } from "@holdfast-tooling/pg-test";
import type { BenchOptions } from "./bench-options.ts";
import { runCounts } from "./counts/run-counts.ts";
import { goals } from "./judge/goals.ts";
import { verdictsOf } from "./judge/verdict.ts";
import { machine } from "./machine.ts";
import { runMemory } from "./memory/run-memory.ts";
import { runOriginals } from "./originals/run-originals.ts";
import { installPeers } from "./peers/load-peer.ts";
import { consoleReport } from "./report/console-report.ts";
import { losses } from "./report/losses.ts";
import { performanceSection } from "./report/performance-section.ts";
import { readReasons } from "./report/reasons.ts";
import type { StoreResults } from "./report/results.ts";
import { reasonOf } from "./run/reason-of.ts";
import { serverVariable } from "./run/server-cpu.ts";
import { runStore } from "./run/run-store.ts";
import type { StoreName } from "./subject.ts";
import { systemsOf } from "./subjects/systems.ts";
import { sizeNamed } from "./workloads/sizes.ts";
import type { Workload } from "./workloads/workload.ts";
import { workloadsOf } from "./workloads/workloads.ts";
import { writeCharts, writeSection } from "./write-section.ts";

const originals = "originals";
/** Each system may have a pool of ten for each of three stores. */
const connectionsMost = "400";
/** What is counted and weighed of ours alone. */
const alone = {
  counts: { run: runCounts, heading: "What an operation asks for" },
  memory: { run: runMemory, heading: "Memory" },
} as const;

export async function runBench(options: BenchOptions): Promise<void> {
  const all = workloadsOf(sizeNamed(options.size));
  const isAsked = asking(options.asked, [originals, ...Object.keys(alone), ...all.map(({ key }) => key)]);
  const workloads = all.filter(({ key }) => isAsked(key));
  const folder = await mkdtemp(join(options.folder, "holdfast-bench-"));
  // Dozens of processes load the same code.
  process.env["NODE_COMPILE_CACHE"] ??= join(folder, "compiled");
  try {
    if (workloads.length > 0) await runSideBySide(workloads, folder, options);
    await runAlone(isAsked, folder, options);
    if (isAsked(originals)) {
      const { starts, warming } = sizeNamed(options.size).originals;
      const section = await runOriginals(options.stored, { folder, starts, rounds: options.originalsRounds, warming });
      console.log(`\n${section}`);
      if (options.isWritten && options.asked.includes(originals)) await writeSection("Beside the originals", section);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runAlone(isAsked: (key: string) => boolean, folder: string, options: BenchOptions): Promise<void> {
  const asked = Object.entries(alone).filter(([key]) => isAsked(key));
  if (asked.length === 0) return;
  const { stores } = options;
  await using server = stores.includes("postgres") ? await startPostgres() : undefined;
  const sizes = sizeNamed(options.size).growth;
  for (const [, { run, heading }] of asked) {
    const table = await run({ stores, sizes, folder, serverUrl: server?.url ?? "" });
    console.log(`\n${heading}\n${table}`);
    if (options.isWritten) await writeSection(heading, `${await machine(folder)}\n\n${table}`);
  }
}

async function runSideBySide(workloads: readonly Workload[], folder: string, options: BenchOptions): Promise<void> {
  const { size, rounds } = options;
  const where = await machine(folder);
  const reasons = await readReasons(goals);
  if (options.withPeers) await installPeers().catch((error: unknown) => console.log(`no peers: ${reasonOf(error)}`));
  const results: StoreResults[] = [];
  for (const store of options.stores) results.push(await runOne(store, workloads, folder, options));
  if (size === "quick") console.log("\nThe goals are meant for more documents than a quick run stores.");
  console.log(`\nWhere we lose\n${losses(results, reasons)}`);
  if (!options.isWritten) return;
  const about = `${where}\nSize \`${size}\`, ${rounds} rounds.`;
  const { text, charts } = performanceSection(results, { machine: about, chartFolder: "performance", reasons });
  await writeSection("Side by side", text);
  await writeCharts(charts);
}

async function runOne(
  store: StoreName,
  workloads: readonly Workload[],
  folder: string,
  { size, rounds, withPeers }: BenchOptions,
): Promise<StoreResults> {
  console.log(`\n${store}`);
  const systems = systemsOf(store, withPeers);
  const remarks: string[] = [];
  await using server =
    store === "postgres"
      ? await startPostgres({ fsync: true, settings: { max_connections: connectionsMost } })
      : undefined;
  // For the measured processes, which read of it what their server does.
  if (server !== undefined) process.env[serverVariable] = String(server.pid);
  const measured = await runStore({
    store,
    systems,
    workloads,
    folder,
    size,
    rounds,
    slowMost: sizeNamed(size).slowMost,
    serverUrl: server?.url ?? "",
    tell(line) {
      console.log(line);
      if (!remarks.includes(line)) remarks.push(line);
    },
    onMeasured(one) {
      console.log(`\n${consoleReport(one, verdictsOf(one.workload.key, store, one.outcomes, goals))}`);
    },
  });
  return { store, systems, measured, remarks };
}

/** "w1" asks for w1 and not for w10, and "w4" for w4c too; no word asks for all. */
function asking(words: readonly string[], keys: readonly string[]): (key: string) => boolean {
  const isBeginning = (word: string, key: string): boolean =>
    key.startsWith(word) && !/^\d/.test(key.slice(word.length));
  const unknown = words.find((word) => !keys.some((key) => isBeginning(word, key)));
  if (unknown !== undefined) throw new Error(`there is no workload "${unknown}"`);
  return (key) => words.length === 0 || words.some((word) => isBeginning(word, key));
}
