import type { VerifyReport } from "@holdfast/migrate";

import type { Line } from "./write-lines.ts";

/** How two stores compare, in lines for people. */
export function verifyText(report: VerifyReport): readonly Line[] {
  const { sourceRecords, targetRecords, rangesCompared, milliseconds, equal, sourceHash } = report;
  const head = `compared ${sourceRecords} records of the source with ${targetRecords} of the target, in ${rangesCompared} key ranges, in ${milliseconds} ms`;
  return [head, ...(equal ? [equalLine(sourceHash)] : differenceLines(report))];
}

/** Both stores hold the same records, with this hash. */
export function equalLine(hash: string): string {
  return `equal: both stores hold the same records, ${hash}`;
}

/** The records that differ, and in which fields; then the key ranges in which they lie. */
export function differenceLines(report: Pick<VerifyReport, "differing" | "differences" | "ranges">): readonly Line[] {
  const { differing, differences, ranges } = report;
  const named = differences.map(({ tenant, type, id, kind, fields }) => {
    const which = fields.length === 0 ? "" : `: ${fields.join(", ")}`;
    return `  ${kind}: ${type} ${JSON.stringify(id)} (tenant ${tenant})${which}`;
  });
  const more = differing > named.length ? [`  and ${differing - named.length} more`] : [];
  const within = ranges.map(({ tenant, type, after, upTo, sourceRecords, targetRecords }) => {
    const from = after === undefined ? "from the first" : `behind ${JSON.stringify(after)}`;
    const to = upTo === undefined ? "to the last" : `to ${JSON.stringify(upTo)}`;
    return `  ${type} (tenant ${tenant}) ${from} ${to}: ${sourceRecords} and ${targetRecords} records`;
  });
  return [notEqual(differing), ...named, ...more, "in these key ranges:", ...within];
}

function notEqual(differing: number): Line {
  const which = differing === 1 ? "record is" : "records are";
  return { tone: "error", text: `not equal: ${differing} ${which} not the same in both stores:` };
}
