import type { ExportedTable, ImportProblem } from "@holdfast/migrate";

import { problemLines } from "./import-text.ts";
import { tableText } from "./table-text.ts";
import type { Line } from "./write-lines.ts";

/** What an export into a file of one of the originals wrote, and what has no place there. */
export interface Exported {
  readonly tables: readonly ExportedTable[];
  readonly problems: readonly ImportProblem[];
}

/** In lines for people. */
export function exportText(to: string, exported: Exported): readonly Line[] {
  const { tables } = exported;
  const rows = tables.map(({ table, records }) => [table, String(records)]);
  const sum = tables.reduce((all, { records }) => all + records, 0);
  return [
    ...tableText([["table", "records"], ...rows], [1]),
    `${to}: ${sum} records written`,
    ...problemLines(exported, { kind: "changed", values: "hidden" }),
    ...problemLines(exported, { kind: "noted", values: "hidden" }),
  ];
}

/** For programs. */
export function exportFacts({ tables, problems }: Exported): object {
  return { tables, problems: problems.map(({ was: _was, became: _became, ...problem }) => problem) };
}
