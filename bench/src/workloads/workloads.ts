import { batch } from "./batch.ts";
import { firstRead } from "./first-read.ts";
import { growth } from "./growth.ts";
import { lists } from "./lists.ts";
import { moves } from "./moves.ts";
import { pointReads } from "./point-reads.ts";
import { saves } from "./saves.ts";
import { stall } from "./stall.ts";
import { transitions } from "./transitions.ts";
import type { Size, Workload } from "./workload.ts";

/** All that are measured in a store that is filled more and more; those that need fewer documents come first. */
export function workloadsOf(size: Size): readonly Workload[] {
  return [saves, growth, pointReads, stall, transitions, batch, lists, firstRead, moves]
    .flatMap((workloads) => workloads(size))
    .toSorted((one, other) => one.stored - other.stored);
}
