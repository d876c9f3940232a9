import { terminalStatuses } from "./lifecycle-status.ts";
import type { Lifecycle } from "./lifecycle.ts";

/** A status or an event for people: `in_progress` is "In Progress". */
export function lifecycleLabel(name: string): string {
  return name
    .split("_")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(" ");
}

/** The line of a Mermaid state diagram that says where it starts. */
export function diagramStart(lifecycle: Lifecycle): string {
  return `[*] --> ${lifecycle.initial}`;
}

/** A line for each event, in the order declared. */
export function diagramEdges(lifecycle: Lifecycle): readonly string[] {
  return lifecycle.edges.map(({ event, from, to }) => `${from} --> ${to} : ${lifecycleLabel(event)}`);
}

/** A line for each terminal status, in the order declared. */
export function diagramEnds(lifecycle: Lifecycle): readonly string[] {
  return terminalStatuses(lifecycle).map((status) => `${status} --> [*]`);
}

/** All lines of a Mermaid state diagram: the start, the events, the ends. */
export function diagramSteps(lifecycle: Lifecycle): readonly string[] {
  return [diagramStart(lifecycle), ...diagramEdges(lifecycle), ...diagramEnds(lifecycle)];
}

/** A fenced Mermaid block that shows the lifecycle wherever Markdown is rendered. */
export function stateDiagram(lifecycle: Lifecycle): string {
  return `\`\`\`mermaid\nstateDiagram-v2\n${diagramSteps(lifecycle).join("\n    ")}\n\`\`\``;
}
