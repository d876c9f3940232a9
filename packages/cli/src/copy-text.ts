import type { CopyReport } from "@holdfast/migrate";

import { differenceLines, equalLine } from "./verify-text.ts";
import type { Line } from "./write-lines.ts";

/** What a copy did, in lines for people. */
export function copyText(report: CopyReport): readonly Line[] {
  const { sourceRecords, written, deletes, quarantined, milliseconds, types, equal } = report;
  const buried = deletes === 0 ? "" : `, with ${deletes} tombstones of deleted ones`;
  return [
    `${written} records written${buried}; ${sourceRecords} compared, in ${milliseconds} ms in all`,
    ...(quarantined === 0 ? [] : [quarantineLine(quarantined)]),
    ...types.map(({ tenant, type, count, hash }) => `  ${type} (tenant ${tenant}): ${count} records, ${hash}`),
    ...(equal ? [equalLine(report.sourceHash)] : [...differenceLines(report), advice(report)]),
  ];
}

function quarantineLine(quarantined: number): Line {
  return { tone: "warning", text: `${quarantined} records are in quarantine: the target refused them` };
}

function advice({ quarantined }: CopyReport): string {
  return quarantined > 0
    ? "what to do: mend in the source what is in quarantine, then copy again: that writes what is missing"
    : "what to do: if the source was written to meanwhile, stop that and copy again: that writes what is missing";
}
