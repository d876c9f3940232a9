import { machine } from "../machine.ts";
import { compareOriginals } from "./compare-originals.ts";
import type { ComparisonOptions } from "./compare-originals.ts";
import { meansReport, originalReport } from "./original-report.ts";
import { systems } from "./systems.ts";

/** The originals' own ways of working beside ours, measured now, as Markdown. */
export async function runOriginals(
  sizes: readonly number[],
  options: Omit<ComparisonOptions, "stored">,
): Promise<string> {
  const parts = [await machine(options.folder), meansReport(systems)];
  for (const stored of sizes)
    parts.push(originalReport(stored, await compareOriginals(systems, { ...options, stored })));
  return parts.join("\n\n");
}
