import type { LostPart, RecoveryReport } from "@holdfast/core";

import type { Line } from "./write-lines.ts";

/** What was recovered and what was not, in lines for people. */
export function recoveryText(report: RecoveryReport, mode: "preview" | "apply"): readonly Line[] {
  const { outcome, records, tombstones, unproven, lost, kept } = report;
  if (outcome === "whole") return [`nothing is damaged: ${records} records and ${tombstones} tombstones are there`];
  const did = mode === "preview" ? "would be recovered" : "recovered";
  const extent = outcome === "complete" ? "all that was stored" : "all that can be proven whole";
  const doubt = `${unproven} of them read well, and cannot be proven: the file is of a form without checksums`;
  return [
    `${did}: ${extent}, ${records} records and ${tombstones} tombstones`,
    ...(unproven === 0 ? [] : [{ tone: "warning" as const, text: doubt }]),
    ...(lost.length === 0 ? [] : [notRecovered, ...lost.map((part) => `  ${lostText(part)}`)]),
    ...(kept.length === 0
      ? []
      : [mode === "preview" ? "kept as they are:" : "kept:", ...kept.map((each) => `  ${each}`)]),
  ];
}

const notRecovered: Line = { tone: "error", text: "not recovered:" };

function lostText({ path, line, offset, reason }: LostPart): string {
  const place = line === undefined ? "" : `, line ${line}${offset === undefined ? "" : `, byte ${offset}`}`;
  return `${path}${place}: ${reason}`;
}
