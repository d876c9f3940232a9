import type { ImportProblem, ImportReport, ImportTable, WrittenReport } from "@holdfast/migrate";

import { printable } from "./printable.ts";
import { tableText } from "./table-text.ts";

const placesMost = 5;
const charactersMost = 80;
const heads = ["type", "rows", "taken", "changed", "refused"] as const;
const kinds = ["refused", "changed", "noted"] as const;

/** What an import did, or would do: a table of the source's tables, and what became of rows, in lines for people. */
export function importText(report: ImportReport | WrittenReport, values: "shown" | "hidden"): string {
  const sums =
    "written" in report ? `${report.written} records written, ${report.unchanged} were there already` : dryRun;
  return [...tableLines(report.tables), sums, ...kinds.flatMap((kind) => problemLines(report, { kind, values }))].join(
    "\n",
  );
}

const dryRun = "nothing was written: this is what an import would do";

function tableLines(tables: readonly ImportTable[]): readonly string[] {
  const rows = tables.map((each) => [each.table, ...heads.map((head) => String(each[head]))]);
  return tableText([["table", ...heads], ...rows], [2, 3, 4, 5]);
}

interface Shown {
  readonly kind: ImportProblem["kind"];
  readonly values: "shown" | "hidden";
}

/** Problems of one reason together, with the first of the rows that have it. */
function problemLines({ problems }: ImportReport, { kind, values }: Shown): readonly string[] {
  const groups = new Map<string, ImportProblem[]>();
  for (const problem of problems.filter((each) => each.kind === kind)) {
    const head = `${problem.table === undefined ? "" : `${problem.table}: `}${problem.reason}`;
    const group = groups.get(head) ?? [];
    groups.set(head, group);
    group.push(problem);
  }
  if (groups.size === 0) return [];
  return [
    `${kind}:`,
    ...[...groups].flatMap(([head, group]) => [
      `  ${printable(head)}${group.length > 1 ? ` (${group.length} times)` : ""}`,
      ...placeLines(group, values),
    ]),
  ];
}

function placeLines(group: readonly ImportProblem[], values: Shown["values"]): readonly string[] {
  const places = group.slice(0, placesMost).map((problem) => placeText(problem, values));
  const more = group.length - placesMost;
  const all = more > 0 ? [...places, `and ${more} more, which --json lists`] : places;
  return all.filter((line) => line !== "").map((line) => `    ${line}`);
}

function placeText({ row, id, path, was, became }: ImportProblem, values: Shown["values"]): string {
  const place = [
    ...(row === undefined ? [] : [`row ${row}`]),
    ...(id === undefined ? [] : [JSON.stringify(id)]),
    ...(path === undefined ? [] : [`at ${path.join(".")}`]),
  ].join(", ");
  if (values === "hidden" || was === undefined) return printable(place);
  return printable(`${place}: ${short(was)}${became === undefined ? "" : ` became ${short(became)}`}`);
}

function short(text: string): string {
  return text.length > charactersMost ? `${text.slice(0, charactersMost)}…` : text;
}
