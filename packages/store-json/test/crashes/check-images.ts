import { anyNames, flushedNames, orderedNames, replayCommand } from "@holdfast-tooling/simulated-fs";
import type { Durability } from "@holdfast/core";
import { Explorer } from "./explorer.ts";
import { randomScript } from "./random-script.ts";
import { runScript } from "./run-script.ts";
import type { Script } from "./scripts.ts";

/** What was looked at. */
export interface ImageCount {
  images: number;
  distinct: number;
  points: number;
  programs: number;
}

export interface ImageCheck {
  readonly durability: Durability;
  /** The test file that does it, for the command that does it again. */
  readonly file: string;
  readonly seed: number;
  /** The most images of power cuts at one point. */
  readonly limit: number;
  readonly count: ImageCount;
}

const rules = [anyNames, orderedNames, flushedNames];

/** Checks all that a crash at any operation of a script may leave, under each of the rules. Gives how many images. */
export async function checkScript(script: Script, check: ImageCheck): Promise<number> {
  const { durability, seed, limit, count } = check;
  const explorer = new Explorer({ durability, foldBytes: script.foldBytes, seed, limit, again: 0.02 });
  try {
    for (const rule of rules) {
      const { trace, ledger, session } = await runScript(script, { durability, rules: rule });
      const [problem] = [...session.strangers, ...session.failures, ...session.fs.violations];
      if (problem !== undefined) throw new Error("the script itself failed", { cause: problem });
      await explorer.explore(trace, ledger);
    }
  } catch (thrown) {
    const project = "@holdfast/store-json";
    const replay = replayCommand({ SEED: seed, IMAGES: 1 }, { project, file: check.file });
    throw new Error(`${script.name} (${durability}): to see it again: ${replay}`, { cause: thrown });
  }
  count.images += explorer.images;
  count.distinct += explorer.distinct;
  count.points += explorer.points;
  count.programs += 1;
  return explorer.images;
}

/** Goes on with programs by chance until so many images are checked; the seed names the first of them. */
export async function checkPrograms(images: number, check: ImageCheck): Promise<void> {
  let { seed } = check;
  do await checkScript(randomScript(seed), { ...check, seed });
  while (((seed += 1), check.count.images < images));
}
