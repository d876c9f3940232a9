// The long checks: `pnpm nightly [part…] [--scale 0.1] [--seed n]`. Ends with exit code 1 where one failed.
import { fileURLToPath } from "node:url";

import { parts } from "./parts.ts";
import { readArguments } from "./read-arguments.ts";
import { runPart } from "./run-part.ts";
import type { PartReport } from "./run-part.ts";
import { summary } from "./summary.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const asked = readArguments(process.argv.slice(2), parts, Math.random());
const reports: PartReport[] = [];
for (const part of asked.parts) {
  console.log(`\n=== ${part.name}: ${part.description} (scale ${asked.size.scale}, seed ${asked.size.seed})`);
  reports.push(await runPart(part, asked.size, root));
}
console.log(`\n${summary(reports, asked.size)}`);
process.exitCode = reports.every(({ passed }) => passed) ? 0 : 1;
