import type { Evidence } from "./evidence.ts";
import type { Part, Size } from "./part.ts";
import type { PartReport } from "./run-part.ts";

export interface SectionParts {
  readonly part: Part;
  readonly size: Size;
  readonly report: PartReport;
  readonly evidence: readonly Evidence[];
  /** As of ISO 8601, the day alone. */
  readonly day: string;
  readonly surroundings: readonly string[];
}

/** What one part of a night saw, in Markdown. */
export function evidenceSection({ part, size, report, evidence, day, surroundings }: SectionParts): string {
  const { scale, seed } = size;
  const outcome = report.passed ? "passed" : `**failed** (${report.reason ?? "unknown"})`;
  const command = `pnpm nightly ${part.name} --scale ${scale} --seed ${seed}`;
  return [
    `## ${capitalized(part.description)}`,
    `${capitalized(outcome)} on ${day} after ${Math.round(report.seconds)} seconds. Again: \`${command}\``,
    surroundings.map((each) => `- ${each}`).join("\n"),
    ...evidence.map(evidenceText),
  ].join("\n\n");
}

function evidenceText({ title, figures, promises }: Evidence): string {
  // The seed stands in the command that does it again.
  const counted = Object.entries(figures).filter(([label]) => label !== "seed");
  const rows = counted.map(([label, value]) => `| ${cell(label)} | ${cell(figureText(value))} |`);
  const tests = promises.map(({ promise, test, name }) => {
    return `- ${capitalized(promise.replace(/\.$/, ""))}: [${linkText(name)}](../${test})`;
  });
  return [
    `### ${title}`,
    rows.length === 0 ? undefined : ["| what | how many |", "| --- | ---: |", ...rows].join("\n"),
    tests.length === 0 ? undefined : tests.join("\n"),
  ]
    .filter((each) => each !== undefined)
    .join("\n\n");
}

function figureText(value: number | string): string {
  return typeof value === "number" ? value.toLocaleString("en-US") : value;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function linkText(name: string): string {
  return name.replaceAll("[", "\\[").replaceAll("]", "\\]");
}

function capitalized(text: string): string {
  return text.replace(/^\**[a-z]/, (start) => start.toUpperCase());
}
