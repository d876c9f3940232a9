import type { CopyReport } from "@holdfast/migrate";

/** What a copy did, in lines for people. */
export function copyText(report: CopyReport): string {
  const { sourceRecords, written, milliseconds, types, equal } = report;
  const lines = [
    `${written} records written, ${sourceRecords} compared in ${milliseconds} ms`,
    ...types.map(({ tenant, type, count, hash }) => `  ${type} (tenant ${tenant}): ${count} records, ${hash}`),
  ];
  return [...lines, ...(equal ? [`equal: ${report.sourceHash}`] : differenceLines(report))].join("\n");
}

function differenceLines({ differing, differences }: CopyReport): readonly string[] {
  const named = differences.map(
    ({ tenant, type, id, kind }) => `  ${kind}: ${type} ${JSON.stringify(id)} (tenant ${tenant})`,
  );
  const more = differing > named.length ? [`  and ${differing - named.length} more`] : [];
  return [`${differing} records are not the same in both stores:`, ...named, ...more];
}
