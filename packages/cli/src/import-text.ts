import type { ImportProblem, ImportReport, ImportTable, WrittenReport } from "@holdfast/migrate";

import { tableText } from "./table-text.ts";
import type { Line } from "./write-lines.ts";

const placesMost = 5;
const charactersMost = 80;
const heads = ["type", "rows", "taken", "changed", "refused"] as const;
const kinds = ["refused", "changed", "noted"] as const;

/** What an import did, or would do: a table of the source's tables, and what became of rows, in lines for people. */
export function importText(report: ImportReport | WrittenReport, values: "shown" | "hidden"): readonly Line[] {
  const sums =
    "written" in report ? `${report.written} records written, ${report.unchanged} were there already` : dryRun;
  return [...tableLines(report.tables), sums, ...kinds.flatMap((kind) => problemLines(report, { kind, values }))];
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
export function problemLines({ problems }: Pick<ImportReport, "problems">, { kind, values }: Shown): readonly Line[] {
  const groups = new Map<string, ImportProblem[]>();
  for (const problem of problems.filter((each) => each.kind === kind)) {
    const head = `${problem.table === undefined ? "" : `${problem.table}: `}${problem.reason}`;
    const group = groups.get(head) ?? [];
    groups.set(head, group);
    group.push(problem);
  }
  if (groups.size === 0) return [];
  return [
    headOf(kind),
    ...[...groups].flatMap(([head, group]) => [
      `  ${head}${group.length > 1 ? ` (${group.length} times)` : ""}`,
      ...placeLines(group, values),
    ]),
  ];
}

function headOf(kind: Shown["kind"]): Line {
  const text = `${kind}:`;
  return kind === "noted" ? text : { tone: kind === "refused" ? "error" : "warning", text };
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
  if (values === "hidden" || was === undefined) return place;
  return `${place}: ${short(was)}${became === undefined ? "" : ` became ${short(became)}`}`;
}

function short(text: string): string {
  return text.length > charactersMost ? `${text.slice(0, charactersMost)}…` : text;
}
