import type { ImportProblem, ImportReport, ImportTable, WrittenReport } from "@holdfast/migrate";

import { printable } from "./printable.ts";

const placesMost = 5;
const charactersMost = 80;
const heads: readonly (readonly [keyof Omit<ImportTable, "table">, string])[] = [
  ["type", "type"],
  ["rows", "rows"],
  ["taken", "taken"],
  ["changed", "changed"],
  ["refused", "refused"],
];
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
  const rows = [
    ["table", ...heads.map(([, head]) => head)],
    ...tables.map((each) => [printable(each.table), ...heads.map(([name]) => printable(String(each[name])))]),
  ];
  const widths = ["table", ...heads].map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
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
