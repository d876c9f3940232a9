import { stateDiagram, workflowLifecycle } from "@holdfast/core";
import { missionLifecycle, stepLifecycle } from "@holdfast/repositories";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("the page of the lifecycles shows them as they are", () => {
  const page = readFileSync(new URL("../../../docs/lifecycles.md", import.meta.url), "utf8");
  const shown = Array.from(page.matchAll(/^```mermaid\n[^]*?\n```$/gm), ([block]) => block);
  expect(shown).toEqual([workflowLifecycle, missionLifecycle, stepLifecycle].map(stateDiagram));
});
