import { terminalStatuses } from "./lifecycle-status.ts";
import type { Lifecycle } from "./lifecycle.ts";

/** A status or an event for people: `in_progress` is "In Progress". */
export function lifecycleLabel(name: string): string {
  return name
    .split("_")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(" ");
}

/** The lines of a Mermaid state diagram: the start, each event in the order declared, the ends. */
export function diagramSteps(lifecycle: Lifecycle): readonly string[] {
  return [
    `[*] --> ${lifecycle.initial}`,
    ...lifecycle.edges.map(({ event, from, to }) => `${from} --> ${to} : ${lifecycleLabel(event)}`),
    ...terminalStatuses(lifecycle).map((status) => `${status} --> [*]`),
  ];
}

/** A fenced Mermaid block that shows the lifecycle wherever Markdown is rendered. */
export function stateDiagram(lifecycle: Lifecycle): string {
  return `\`\`\`mermaid\nstateDiagram-v2\n${diagramSteps(lifecycle).join("\n    ")}\n\`\`\``;
}
