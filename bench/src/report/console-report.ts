import { median } from "../judge/median.ts";
import { ratioTo } from "../judge/ratio.ts";
import type { Verdict } from "../judge/verdict.ts";
import type { Measured, Outcome } from "../run/run-workload.ts";
import { formatRatio, formatValue } from "./format.ts";

/** One workload, as lines for a terminal. */
export function consoleReport({ workload, outcomes, seconds }: Measured, verdicts: readonly Verdict[]): string {
  const limit = outcomes.find(({ system }) => system.side === "limit");
  const head = `${workload.key}: ${workload.title}, ${workload.stored.toLocaleString("en")} documents stored (${formatValue(seconds)} s)`;
  return [
    head,
    ...outcomes.map((outcome) => `  ${line(outcome, limit, workload.unit)}`),
    ...verdicts.map((verdict) => `  ${verdictLine(verdict)}`),
  ].join("\n");
}

function line(outcome: Outcome, limit: Outcome | undefined, unit: string): string {
  const name = outcome.system.name.padEnd(34);
  if ("left" in outcome) return `${name} left out: ${outcome.left}`;
  const { samples } = outcome;
  const value = `${formatValue(median(samples.map((sample) => sample.value)))} ${unit}`.padStart(14);
  const cpu = `cpu ${formatValue(median(samples.map(({ cpuMicroseconds }) => cpuMicroseconds)))} µs`.padStart(14);
  const server = median(samples.flatMap(({ serverMicroseconds }) => serverMicroseconds ?? []));
  const served = Number.isNaN(server) ? "" : ` + ${formatValue(server)} µs of the server`;
  const ratio = limit !== undefined && "samples" in limit ? formatRatio(ratioTo(samples, limit.samples)) : "";
  const lost = samples.reduce((sum, sample) => sum + (sample.lost ?? 0), 0);
  return `${name} ${value} ${cpu} ${ratio.padStart(9)}  ${outcome.system.durability}${served}${lost > 0 ? `, ${lost} lost` : ""}`;
}

function verdictLine({ system, goal, ratio, grade }: Verdict): string {
  const bounds = `floor ${goal.floor}, goal ${goal.goal}`;
  return `${grade.toUpperCase()}: ${system}, ${formatRatio(ratio)} ${goal.ratio} (${bounds})`;
}
