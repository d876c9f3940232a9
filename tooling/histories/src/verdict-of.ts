/**
 * Checks a history, and keeps it in a file where it shows what must not be: in the folder that `HISTORIES` names, or in
 * the system's temporary one. With `HISTORIES`, every history is kept.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { historyText, operationsOf } from "./history.ts";
import type { HistoryEvent, HistoryHeader } from "./history.ts";
import { storeWorkloads } from "./workloads/store-workloads.ts";
import type { WorkloadName } from "./workloads/store-workloads.ts";

export async function verdictOf(
  workload: WorkloadName,
  { store, seed }: Pick<HistoryHeader, "store" | "seed">,
  events: readonly HistoryEvent[],
): Promise<readonly string[]> {
  const found = storeWorkloads[workload].check(operationsOf(events));
  const asked = process.env["HISTORIES"];
  if (found.length === 0 && asked === undefined) return found;
  const folder = asked ?? path.join(tmpdir(), "holdfast-histories");
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${workload}-${store}-${seed}.jsonl`);
  await writeFile(file, historyText({ history: 1, workload, store, seed }, events));
  return found.length === 0 ? found : [...found, `the history stands in ${file}`];
}
