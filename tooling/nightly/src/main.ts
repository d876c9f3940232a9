// The long checks: `pnpm nightly [part…] [--scale 0.1] [--seed n]`. Ends with exit code 1 where one failed. At a tenth of
// a night's size or more, what they saw goes into docs/evidence.md.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { evidencePage } from "./evidence-page.ts";
import { evidenceSection } from "./evidence-section.ts";
import { parts } from "./parts.ts";
import { readArguments } from "./read-arguments.ts";
import { readEvidence } from "./read-evidence.ts";
import { runPart } from "./run-part.ts";
import type { PartReport } from "./run-part.ts";
import { summary } from "./summary.ts";
import { surroundings } from "./surroundings.ts";

const leastScale = 0.1;
const root = fileURLToPath(new URL("../../..", import.meta.url));
const page = join(root, "docs/evidence.md");
const { parts: chosen, size } = readArguments(process.argv.slice(2), parts, Math.random());
const day = new Date().toISOString().slice(0, 10);
const reports: PartReport[] = [];
const sections = new Map<string, string>();
for (const part of chosen) {
  console.log(`\n=== ${part.name}: ${part.description} (scale ${size.scale}, seed ${size.seed})`);
  const folder = await mkdtemp(join(tmpdir(), "holdfast-evidence-"));
  try {
    const report = await runPart(part, size, root, { HOLDFAST_EVIDENCE: folder });
    reports.push(report);
    const evidence = await readEvidence(folder);
    sections.set(part.name, evidenceSection({ part, size, report, evidence, day, surroundings: surroundings(root) }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
if (size.scale >= leastScale) {
  const former = await readFile(page, "utf8").catch(() => undefined);
  const order = parts.map(({ name }) => name);
  await writeFile(page, evidencePage(former, sections, order));
  console.log("\ndocs/evidence.md was written");
}
console.log(`\n${summary(reports, size)}`);
process.exitCode = reports.every(({ passed }) => passed) ? 0 : 1;
