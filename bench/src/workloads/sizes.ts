import type { Size } from "./workload.ts";

export const sizeNames = ["quick", "normal", "large"] as const;
export type SizeName = (typeof sizeNames)[number];

/**
 * The engine compiles what a save runs through in steps, the last of them behind some ten thousand saves: an application
 * that is at work for a minute has them behind it. Who rewrites a file for each save waits for the disk, and is warm sooner.
 * A round is a moment of one machine, and a process has one place for its files: some differ by a quarter from the next,
 * and the median of fifteen rounds in three starts moves little.
 */
const originals = { starts: 3, rounds: 15, warming: { rounds: 60, milliseconds: 8_000 } };

const sizes: Readonly<Record<SizeName, Size>> = {
  quick: {
    rounds: 3,
    few: 1_000,
    some: 2_000,
    many: 10_000,
    slowMost: 2_000,
    batch: 2_000,
    roundMs: 50,
    fewest: 4,
    warm: { operations: 20_000, milliseconds: 150 },
    originals: { starts: 1, rounds: 3, warming: { rounds: 30, milliseconds: 1_500 } },
    growth: [1_000, 10_000],
  },
  normal: {
    rounds: 5,
    few: 1_000,
    some: 10_000,
    many: 100_000,
    slowMost: 10_000,
    batch: 10_000,
    roundMs: 250,
    fewest: 10,
    warm: { operations: 50_000, milliseconds: 1_500 },
    originals,
    growth: [1_000, 10_000, 100_000],
  },
  large: {
    rounds: 7,
    few: 1_000,
    some: 10_000,
    many: 1_000_000,
    slowMost: 10_000,
    batch: 10_000,
    roundMs: 1_000,
    fewest: 10,
    warm: { operations: 50_000, milliseconds: 5_000 },
    originals,
    growth: [1_000, 10_000, 100_000, 1_000_000],
  },
};

export function sizeNamed(name: string): Size {
  const found = sizeNames.find((each) => each === name);
  if (found === undefined) throw new Error(`there is no size "${name}", only ${sizeNames.join(", ")}`);
  return sizes[found];
}
