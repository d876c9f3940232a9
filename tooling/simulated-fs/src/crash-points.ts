import { killImage, powerCuts } from "./crash-images.ts";
import type { PowerCuts } from "./crash-images.ts";
import type { Disk } from "./disk.ts";
import type { DiskImage } from "./disk-image.ts";
import type { DiskOperation } from "./disk-operation.ts";
import { diskChance } from "./disk-chance.ts";

/** What was done to a disk, from which state on. */
export interface Trace {
  readonly start: Disk;
  readonly operations: readonly DiskOperation[];
}

/** A moment at which everything may stop. */
export interface CrashPoint {
  /** How many operations were done. */
  readonly at: number;
  /** The disk at that moment; it goes on with the next point. */
  readonly disk: Disk;
  readonly cuts: PowerCuts;
  /** What the end of the process leaves: all that was done, or that and a part of the write that it was in. */
  readonly kills: readonly DiskImage[];
}

export interface CrashPointOptions {
  /** The most images of power cuts at one point. */
  readonly limit: number;
  readonly seed: number;
  /** Only every so many-th point. @default 1 */
  readonly every?: number;
}

/** Every moment between two operations of a trace, and what a crash then may leave. */
export function* crashPoints(trace: Trace, { limit, seed, every = 1 }: CrashPointOptions): Iterable<CrashPoint> {
  const disk = trace.start.copy();
  for (let at = 0; at <= trace.operations.length; at++) {
    const next = trace.operations[at];
    if (at % every === 0 || next === undefined) {
      const cuts = powerCuts(disk, limit, diskChance(seed + at));
      yield { at, disk, cuts, kills: [killImage(disk), ...tornByKill(disk, next)] };
    }
    if (next !== undefined) disk.apply(next);
  }
}

function tornByKill(disk: Disk, next: DiskOperation | undefined): readonly DiskImage[] {
  if (next?.kind !== "write" || next.bytes.length < 2) return [];
  const { length } = next.bytes;
  const parts = new Set([1, Math.floor(length / 2), length - 1]);
  return [...parts].map((part) => {
    const torn = disk.copy();
    torn.apply({ ...next, bytes: next.bytes.subarray(0, part) });
    return killImage(torn);
  });
}
