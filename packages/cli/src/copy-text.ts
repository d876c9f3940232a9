import type { CopyReport } from "@holdfast/migrate";

import { differenceLines } from "./verify-text.ts";

/** What a copy did, in lines for people. */
export function copyText(report: CopyReport): string {
  const { sourceRecords, written, quarantined, milliseconds, types, equal } = report;
  const lines = [
    `${written} records written, ${sourceRecords} compared in ${milliseconds} ms`,
    ...(quarantined === 0 ? [] : [`${quarantined} records are in quarantine: the target refused them`]),
    ...types.map(({ tenant, type, count, hash }) => `  ${type} (tenant ${tenant}): ${count} records, ${hash}`),
  ];
  return [...lines, ...(equal ? [`equal: ${report.sourceHash}`] : differenceLines(report))].join("\n");
}
