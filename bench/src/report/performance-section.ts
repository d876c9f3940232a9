import type { Measured } from "../run/run-workload.ts";
import { growthChart } from "./growth-chart.ts";
import { losses } from "./losses.ts";
import { markdownTable } from "./markdown-table.ts";
import { ratioChart } from "./ratio-chart.ts";
import type { Reasons } from "./reasons.ts";
import type { StoreResults } from "./results.ts";
import { label, verdictTable } from "./verdict-table.ts";
import { workloadSection } from "./workload-section.ts";

export interface PerformanceSection {
  readonly text: string;
  /** Charts by the names of their files. */
  readonly charts: ReadonlyMap<string, string>;
}

export interface SectionParts {
  /** Where and when it was measured. */
  readonly machine: string;
  /** Where the page finds the charts. */
  readonly chartFolder: string;
  readonly reasons: Reasons;
}

const verdictsHead = `### Verdicts

The median of the rounds' ratios (the least to the most of them), floor → goal, and what came of the median. Where the rounds lie
on both sides of a bound, another run may say otherwise.

In the charts ours are green, the limit is black and the others are red; on ours the grey mark is the floor and the yellow one the goal.`;

/** All that a run came to, as Markdown and charts. */
export function performanceSection(
  results: readonly StoreResults[],
  { machine, chartFolder, reasons }: SectionParts,
): PerformanceSection {
  const charts = new Map<string, string>();
  const drawn = (name: string, chart: string | undefined): string | undefined => {
    if (chart === undefined) return undefined;
    charts.set(`${name}.svg`, chart);
    return `${chartFolder}/${name}.svg`;
  };
  const all = results.flatMap(({ measured }) => measured);
  const keys = [...new Set(all.map(({ workload }) => workload.key))];
  const steady = keys.filter((key) => !isGrowth(key));
  const parts = [
    machine,
    verdictsHead,
    verdictTable(results),
    "### Where we lose",
    losses(results, reasons),
    "### Systems",
    systemsTable(results),
    ...steady.map((key) => workloadSection(key, results, drawn(fileName(key), ratioChart(ofKey(all, key))))),
    ...growthSections(results, keys.filter(isGrowth), drawn),
    ...results.flatMap(({ remarks }) => remarks.map((remark) => `Remark: ${remark}.`)),
  ];
  return { text: parts.filter((part) => part !== "").join("\n\n"), charts };
}

function growthSections(
  results: readonly StoreResults[],
  keys: readonly string[],
  drawn: (name: string, chart: string | undefined) => string | undefined,
): readonly string[] {
  const whats = [...new Set(keys.map((key) => key.split(" ")[1] ?? ""))];
  return whats.flatMap((what) => {
    const own = keys.filter((key) => key.split(" ")[1] === what);
    const curves = results.flatMap(({ store, measured }) => {
      const chart = drawn(
        `w10-${what}-${store}`,
        growthChart(measured.filter(({ workload }) => own.includes(workload.key))),
      );
      return chart === undefined ? [] : [`![one ${what} on ${store} as the store grows](${chart})`];
    });
    return [...own.map((key) => workloadSection(key, results, undefined)), ...curves];
  });
}

function systemsTable(results: readonly StoreResults[]): string {
  const rows = results.flatMap(({ systems }) =>
    systems.map(({ name, side, durability, means }) => [name, side, durability, means]),
  );
  return markdownTable(["", "", "a save survives", "one save"], rows);
}

function ofKey(all: readonly Measured[], key: string): readonly Measured[] {
  return all.filter(({ workload }) => workload.key === key);
}

function isGrowth(key: string): boolean {
  return label(key) === "W10";
}

function fileName(key: string): string {
  return key.replaceAll(" ", "-");
}
