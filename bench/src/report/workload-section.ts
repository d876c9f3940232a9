import { median } from "../judge/median.ts";
import { ratioBeside, ratioTo } from "../judge/ratio.ts";
import type { Measured, Outcome } from "../run/run-workload.ts";
import type { Workload } from "../workloads/workload.ts";
import { formatRatio, formatValue } from "./format.ts";
import { markdownTable } from "./markdown-table.ts";
import type { StoreResults } from "./results.ts";
import { label } from "./verdict-table.ts";

/** One workload on all stores: a table, and a chart where there is one. */
export function workloadSection(key: string, results: readonly StoreResults[], chart: string | undefined): string {
  const found = results.flatMap(({ measured }) => measured.filter(({ workload }) => workload.key === key));
  const [first] = found;
  if (first === undefined) return "";
  const { title, stored, beside } = first.workload;
  return [
    `### ${label(key)}: ${title}`,
    `${stored.toLocaleString("en")} documents stored.`,
    markdownTable(
      ["", "median", "CPU", "to the limit", ...(beside === undefined ? [] : [`to ${beside}`]), "durability"],
      found.flatMap(rowsOf),
    ),
    ...(chart === undefined ? [] : [`![${title}, as a chart](${chart})`]),
  ].join("\n\n");
}

function rowsOf({ workload, outcomes }: Measured): readonly (readonly string[])[] {
  const limit = outcomes.find(({ system }) => system.side === "limit");
  return outcomes.map((outcome) => {
    const { name, durability } = outcome.system;
    const beside = workload.beside === undefined ? [] : [""];
    if ("left" in outcome) return [name, `left out: ${outcome.left}`, "", "", ...beside, durability];
    return [name, ...figures(workload, outcome, limit), durability];
  });
}

type Measurement = Extract<Outcome, { readonly samples: unknown }>;

function figures(workload: Workload, outcome: Measurement, limit: Outcome | undefined): string[] {
  const { samples } = outcome;
  const lost = samples.reduce((sum, sample) => sum + (sample.lost ?? 0), 0);
  return [
    `${formatValue(median(samples.map(({ value }) => value)))} ${workload.unit}${lost > 0 ? `, **${lost} lost**` : ""}`,
    `${formatValue(median(samples.map(({ cpuMicroseconds }) => cpuMicroseconds)))} µs`,
    limit !== undefined && "samples" in limit ? formatRatio(ratioTo(samples, limit.samples)) : "-",
    ...(workload.beside === undefined ? [] : [formatRatio(ratioBeside(samples))]),
  ];
}
