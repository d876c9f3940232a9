import { chanceFrom } from "@holdfast-tooling/chance";
import type { Chance } from "@holdfast-tooling/chance";

/** What a disk does by chance, and the programs that use it. Seeds that stand side by side are spread first. */
export function diskChance(seed: number): Chance {
  return chanceFrom(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b));
}
