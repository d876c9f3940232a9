// Side by side in one run: this project's stores and what their raw drivers do by hand, and the originals' own ways of
// working, at equal durability. Ratios are what counts; the machine's own speed is in both sides.
// Arguments: which parts to run, of json, sqlite, postgres and originals, all by default. `--quick` measures less;
// `--write` puts the originals' part into docs/performance.md; `--folder` says where the files are, the system's
// temporary folder by default: one in memory has no syncs to wait for; `--rounds` how often each side has its turn;
// `--stored` over how many items the originals' part is measured.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runOriginals } from "./originals/run-originals.ts";
import { limitNames, runLimits } from "./run-limits.ts";
import { writeSection } from "./write-section.ts";

const { values, positionals } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    folder: { type: "string", default: tmpdir() },
    rounds: { type: "string" },
    stored: { type: "string", default: "100,1000,5000" },
  },
  allowPositionals: true,
});
const unknown = positionals.find((part) => part !== "originals" && !limitNames.some((name) => name === part));
if (unknown !== undefined)
  throw new Error(`there is no part "${unknown}", only ${[...limitNames, "originals"].join(", ")}`);

const isAsked = (part: string): boolean => positionals.length === 0 || positionals.includes(part);
const count = values.quick ? 200 : 1_000;
const rounds = Number(values.rounds ?? (values.quick ? 3 : 5));
const sizes = values.stored.split(",").map(Number);
const folder = await mkdtemp(join(values.folder, "holdfast-bench-"));
try {
  for (const name of limitNames.filter(isAsked)) console.log(`\n${await runLimits(name, { folder, count, rounds })}`);
  if (isAsked("originals")) {
    const section = await runOriginals(folder, sizes, rounds);
    console.log(`\n${section}`);
    if (values.write) await writeSection("Beside the originals", section);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
