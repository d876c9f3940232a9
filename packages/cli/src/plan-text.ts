import type { PlanReport } from "@holdfast/migrate";

import type { Line } from "./write-lines.ts";

/** What a copy would do, in lines for people. */
export function planText(report: PlanReport): readonly Line[] {
  const { collections, records, tombstones, bytes, added, beyond, estimatedSeconds, found, problems } = report;
  const more = found > problems.length ? [`  and ${found - problems.length} more`] : [];
  return [
    `to copy: ${records} records and ${tombstones} tombstones, ${sizeText(bytes)} of documents, about ${estimatedSeconds} s`,
    ...collections.map((each) => {
      const held = each.inTarget === 0 ? "" : `, ${each.inTarget} in the target already`;
      return `  ${each.type} (tenant ${each.tenant}): ${each.records} records, ${sizeText(each.bytes)}${held}`;
    }),
    ...(added.length === 0 ? [] : ["the target's model gets:", ...added.map((each) => `  ${each}`)]),
    ...(beyond.length === 0 ? [] : ["only the target's model has:", ...beyond.map((each) => `  ${each}`)]),
    ...(found === 0 ? ["nothing stands in the way"] : [foundLine(report)]),
    ...problems.map((each) => `  ${problemText(each)}`),
    ...more,
  ];
}

function foundLine({ found, blocking }: PlanReport): Line {
  const text = `${found} ${found === 1 ? "problem" : "problems"}, ${blocking} in the way:`;
  return { tone: blocking === 0 ? "warning" : "error", text };
}

function problemText({ kind, type, tenant, id, message }: PlanReport["problems"][number]): string {
  const what = [type, id === undefined ? undefined : JSON.stringify(id)].filter((each) => each !== undefined);
  const where = tenant === undefined ? "" : ` (tenant ${tenant})`;
  return `${[kind, ...what].join(" ")}${where}: ${message}`;
}

const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

function sizeText(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step] ?? ""}`;
}
