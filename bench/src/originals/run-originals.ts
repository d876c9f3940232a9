import { machine } from "../machine.ts";
import { compareOriginals } from "./compare-originals.ts";
import { meansReport, originalReport } from "./original-report.ts";
import { systems } from "./systems.ts";

/** The originals' own ways of working beside ours, measured now, as Markdown. */
export async function runOriginals(folder: string, sizes: readonly number[], rounds: number): Promise<string> {
  const parts = [await machine(folder), meansReport(systems)];
  for (const stored of sizes)
    parts.push(originalReport(stored, await compareOriginals(systems, { folder, stored, rounds })));
  return parts.join("\n\n");
}
