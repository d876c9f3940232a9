// `pnpm mutants [name…]`: ends with exit code 1 where a mutant survived, is outdated, or could not be judged.
import { fileURLToPath } from "node:url";

import { writeEvidence } from "@holdfast-tooling/evidence";

import { judge } from "./judge.ts";
import type { Verdict } from "./judge.ts";
import { mutants } from "./mutants.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const names = process.argv.slice(2);
const unknown = names.filter((name) => !mutants.some((each) => each.name === name));
if (unknown.length > 0) {
  throw new Error(
    `no mutant is called ${unknown.join(", ")}; there are:\n  ${mutants.map(({ name }) => name).join("\n  ")}`,
  );
}
const chosen = mutants.filter(({ name }) => names.length === 0 || names.includes(name));
console.log(`${chosen.length} mutants; first their tests without them`);
const verdicts = await judge(root, chosen, (verdict) => console.log(line(verdict)));
const found = verdicts.filter(({ outcome }) => outcome === "found").length;
console.log(`${found} of ${verdicts.length} found`);
await writeEvidence({
  name: "mutants",
  title: "Faults put into the sources",
  figures: { faults: verdicts.length, "found by the test named for them": found },
  promises: [],
});
process.exitCode = found === verdicts.length ? 0 : 1;

function line({ mutant, outcome, because, seconds }: Verdict): string {
  const shown = outcome === "found" ? outcome : outcome.toUpperCase();
  return `${mutant.name.padEnd(34)} ${shown.padEnd(9)} ${seconds.toFixed(1).padStart(6)} s  ${because.slice(0, 160)}`;
}
