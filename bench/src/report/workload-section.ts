import { median } from "../judge/median.ts";
import { ratioBeside, ratioTo } from "../judge/ratio.ts";
import type { Measured, Outcome } from "../run/run-workload.ts";
import type { Sample, Workload } from "../workloads/workload.ts";
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
      [
        "",
        "median",
        "CPU",
        ...(hasServer(found) ? ["server's CPU"] : []),
        "to the limit",
        ...(beside === undefined ? [] : [`to ${beside}`]),
        "durability",
      ],
      found.flatMap((measured) => rowsOf(measured, hasServer(found))),
    ),
    ...(chart === undefined ? [] : [`![${title}, as a chart](${chart})`]),
  ].join("\n\n");
}

function hasServer(found: readonly Measured[]): boolean {
  return found.some(({ outcomes }) =>
    outcomes.some((one) => "samples" in one && !Number.isNaN(serverCpuOf(one.samples))),
  );
}

function serverCpuOf(samples: readonly Sample[]): number {
  return median(samples.flatMap(({ serverMicroseconds }) => serverMicroseconds ?? []));
}

function rowsOf({ workload, outcomes }: Measured, withServer: boolean): readonly (readonly string[])[] {
  const limit = outcomes.find(({ system }) => system.side === "limit");
  return outcomes.map((outcome) => {
    const { name, durability } = outcome.system;
    const more = [...(withServer ? [""] : []), ...(workload.beside === undefined ? [] : [""])];
    if ("left" in outcome) return [name, `left out: ${outcome.left}`, "", "", ...more, durability];
    return [name, ...figures(workload, outcome, { limit, withServer }), durability];
  });
}

type Measurement = Extract<Outcome, { readonly samples: unknown }>;

interface Beside {
  readonly limit: Outcome | undefined;
  readonly withServer: boolean;
}

function figures(workload: Workload, outcome: Measurement, { limit, withServer }: Beside): string[] {
  const { samples } = outcome;
  const lost = samples.reduce((sum, sample) => sum + (sample.lost ?? 0), 0);
  return [
    `${formatValue(median(samples.map(({ value }) => value)))} ${workload.unit}${lost > 0 ? `, **${lost} lost**` : ""}`,
    `${formatValue(median(samples.map(({ cpuMicroseconds }) => cpuMicroseconds)))} µs`,
    ...(withServer ? [microseconds(serverCpuOf(samples))] : []),
    limit !== undefined && "samples" in limit ? formatRatio(ratioTo(samples, limit.samples)) : "-",
    ...(workload.beside === undefined ? [] : [formatRatio(ratioBeside(samples))]),
  ];
}

function microseconds(value: number): string {
  return Number.isNaN(value) ? "" : `${formatValue(value)} µs`;
}
