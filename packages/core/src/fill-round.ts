import type { Chain } from "./chained-groups.ts";
import type { DriverGroup, DriverOp, GroupResult } from "./driver.ts";
import type { Deadline } from "./store/deadline.ts";

/** Ops and characters of JSON text that one round takes at most, unless one group alone has more. */
const opsMost = 10_000;
const charactersMost = 32 * 1024 * 1024;

export interface Answer {
  readonly resolve: (result: GroupResult) => void;
  readonly reject: (error: unknown) => void;
}

/** A write in its queue. */
export interface Waiting extends Answer {
  readonly task: { readonly group: DriverGroup | Promise<DriverGroup> } | { readonly run: () => Promise<GroupResult> };
  readonly deadline: Deadline;
  readonly chain: Chain | undefined;
}

/** One that can be done. */
export interface Ready {
  readonly group: DriverGroup;
  readonly waiting: Waiting;
}

/** Which writes a round is for. */
export interface RoundLimits {
  /** @default as many as one takes */
  readonly most?: number;
  /** @default all */
  readonly fits?: (waiting: Waiting, group: DriverGroup) => boolean;
}

/**
 * As many groups from the head of a queue as one round takes, up to one that does not fit; one that is still being encoded
 * waits for a round of its own.
 */
export function fillRound(
  waiting: readonly Waiting[],
  { most = Infinity, fits = () => true }: RoundLimits = {},
): readonly Ready[] {
  const round: Ready[] = [];
  let ops = 0;
  let characters = 0;
  for (const each of waiting) {
    const group = "group" in each.task ? each.task.group : undefined;
    if (group === undefined || group instanceof Promise || ops >= opsMost || characters >= charactersMost) break;
    if (round.length >= most || !fits(each, group)) break;
    round.push({ group, waiting: each });
    ops += group.length;
    characters += group.reduce((sum, op) => sum + textLength(op), 0);
  }
  return round;
}

function textLength(op: DriverOp): number {
  if (op.kind === "put") return op.text.length;
  return op.kind === "restore" ? op.record.text.length : 0;
}
