import { goals } from "../judge/goals.ts";
import { verdictsOf } from "../judge/verdict.ts";
import type { Verdict } from "../judge/verdict.ts";
import { formatRatio } from "./format.ts";
import { markdownTable } from "./markdown-table.ts";
import type { StoreResults } from "./results.ts";

/** Every goal's verdict, for our repositories: a row for each workload, a column for each store. */
export function verdictTable(results: readonly StoreResults[]): string {
  const titles = new Map(
    results.flatMap(({ measured }) => measured.map(({ workload }) => [workload.key, workload.title] as const)),
  );
  const rows = [...titles].flatMap(([key, title]) => {
    const cells = results.map((of) => allVerdicts(of).filter(({ workload }) => workload === key));
    return cells.every((cell) => cell.length === 0) ? [] : [[`${label(key)}: ${title}`, ...cells.map(cellOf)]];
  });
  return markdownTable(["", ...results.map(({ store }) => store)], rows);
}

/** Of our repositories that sync. */
export function allVerdicts({ store, measured }: StoreResults): readonly Verdict[] {
  return measured.flatMap(({ workload, outcomes }) => {
    const own = outcomes.filter(({ system }) => system.variant === undefined);
    return verdictsOf(workload.key, store, own, goals);
  });
}

/** "W4c" and "W10", as they are talked about. */
export function label(key: string): string {
  const [name = key] = key.split(" ");
  return name.replace(/^w/, "W");
}

function cellOf(verdicts: readonly Verdict[]): string {
  return verdicts
    .map(({ ratio, range, grade, goal: { floor, goal } }) => {
      const spread = Number.isNaN(ratio)
        ? ""
        : ` (${range.map((each) => formatRatio(each).replace(" x", "")).join(" to ")})`;
      return `${formatRatio(ratio)}${spread}, ${floor} → ${goal}: **${grade}**`;
    })
    .join("; ");
}
