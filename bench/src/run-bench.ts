import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { startPostgres } from "@holdfast-tooling/pg-test";
import type { BenchOptions } from "./bench-options.ts";
import { goals } from "./judge/goals.ts";
import { verdictsOf } from "./judge/verdict.ts";
import { runOriginals } from "./originals/run-originals.ts";
import { installPeers } from "./peers/load-peer.ts";
import { consoleReport } from "./report/console-report.ts";
import { reasonOf } from "./run/reason-of.ts";
import { runStore } from "./run/run-store.ts";
import { systemsOf } from "./subjects/systems.ts";
import { sizeNamed } from "./workloads/sizes.ts";
import { workloadsOf } from "./workloads/workloads.ts";
import { writeSection } from "./write-section.ts";

export async function runBench(options: BenchOptions): Promise<void> {
  const { asked, stores, size, rounds, withPeers } = options;
  const all = workloadsOf(sizeNamed(size));
  const unknown = asked.find(
    (word) => !["originals", ...all.map(({ key }) => key)].some((key) => key.startsWith(word)),
  );
  if (unknown !== undefined) throw new Error(`there is no workload "${unknown}"`);
  const isAsked = (key: string): boolean => asked.length === 0 || asked.some((word) => isBeginning(word, key));
  const folder = await mkdtemp(join(options.folder, "holdfast-bench-"));
  try {
    if (withPeers) await havePeers();
    const workloads = all.filter(({ key }) => isAsked(key));
    for (const store of workloads.length === 0 ? [] : stores) {
      console.log(`\n${store}`);
      await using server = store === "postgres" ? await startPostgres({ fsync: true }) : undefined;
      await runStore({
        store,
        systems: systemsOf(store, withPeers),
        workloads,
        folder,
        size,
        rounds,
        serverUrl: server?.url ?? "",
        tell: (line) => console.log(line),
        onMeasured: (measured) => {
          const { workload, outcomes } = measured;
          console.log(`\n${consoleReport(measured, verdictsOf(workload.key, store, outcomes, goals))}`);
        },
      });
    }
    if (isAsked("originals")) {
      const section = await runOriginals(folder, options.stored, rounds);
      console.log(`\n${section}`);
      if (options.isWritten) await writeSection("Beside the originals", section);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Without them, what can be measured is measured. */
async function havePeers(): Promise<void> {
  try {
    await installPeers();
  } catch (error) {
    console.log(`other libraries could not be installed: ${reasonOf(error)}`);
  }
}

/** "w1" asks for w1 and not for w10, and "w4" for w4c too. */
function isBeginning(word: string, key: string): boolean {
  return key.startsWith(word) && !/^\d/.test(key.slice(word.length));
}
