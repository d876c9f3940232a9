import { median } from "../judge/median.ts";
import { markdownTable } from "../report/markdown-table.ts";
import type { Measured } from "./compare-originals.ts";
import { verdicts } from "./goals.ts";
import { workloads } from "./measure-system.ts";
import type { System } from "./item-keeper.ts";

/** The milliseconds of every system and the goals' verdicts, as Markdown. */
export function originalReport(stored: number, measured: readonly Measured[]): string {
  const times = measured.map(({ system, rounds }) => [
    system.name,
    ...workloads.map(({ key }) => `${milliseconds(median(rounds.map((round) => round[key])))} ms`),
  ]);
  const goals = verdicts(measured).map(({ of, goal, ratio, isMet }) => [
    of,
    `${goal.original}, ${goal.says}`,
    `${goal.least} x`,
    `${ratio.toFixed(1)} x`,
    isMet ? "met" : "not met",
  ]);
  return [
    `### Over ${stored.toLocaleString("en")} stored items`,
    markdownTable(["", ...workloads.map(({ name }) => name)], times),
    markdownTable(["", "against", "goal", "times faster", "verdict"], goals),
  ].join("\n\n");
}

/** What a save is with each system, and what it survives. */
export function meansReport(systems: readonly System[]): string {
  return markdownTable(
    ["system", "one save"],
    systems.map(({ name, means }) => [name, means]),
  );
}

function milliseconds(time: number): string {
  return time < 10 ? time.toFixed(1) : Math.round(time).toLocaleString("en");
}
