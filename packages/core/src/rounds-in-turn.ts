import type { Driver, DriverGroup, GroupResult, NextRound } from "./driver.ts";

/** A write that has been taken from its queue. */
interface Taken {
  readonly group: DriverGroup;
  readonly waiting: {
    readonly resolve: (result: GroupResult) => void;
    readonly reject: (error: unknown) => void;
  };
}

export interface InTurnParts<T extends Taken> {
  readonly apply: NonNullable<Driver["applyInTurn"]>;
  readonly first: readonly T[];
  /** What else waits, a round of it; none where nothing does. */
  readonly take: () => Promise<readonly T[]>;
  /** Told of each round that is under way no more, before anybody has an answer. */
  readonly ended: (round: readonly T[]) => void;
}

/**
 * Has a driver do rounds of which each begins while the one before it commits. Whoever's write is done, or has become
 * nobody knows what, gets its answer; the others are given back, in their order, for another way of doing them.
 */
export async function roundsInTurn<T extends Taken>({
  apply,
  first,
  take,
  ended,
}: InTurnParts<T>): Promise<readonly T[]> {
  const concluded: Promise<readonly T[]>[] = [];
  let kept: readonly T[] | undefined = first;
  let handed: readonly T[] = [];
  const next: NextRound = async () => {
    const round = kept ?? (await take());
    kept = undefined;
    if (round.length === 0) return undefined;
    handed = round;
    const settle = (outcome: Promise<readonly (GroupResult | undefined)[]>): void => {
      handed = [];
      const known = outcome.finally(() => ended(round));
      concluded.push(conclude(round, known));
    };
    return { groups: round.map(({ group }) => group), settle };
  };
  try {
    await apply(next);
  } catch (thrown) {
    if (handed.length > 0) ended(handed);
    for (const { waiting } of handed) waiting.reject(thrown);
  }
  if (kept !== undefined) ended(kept);
  const left = await Promise.all(concluded);
  return [...left.flat(), ...(kept ?? [])];
}

/** Those that were not done. */
async function conclude<T extends Taken>(
  round: readonly T[],
  outcome: Promise<readonly (GroupResult | undefined)[]>,
): Promise<readonly T[]> {
  try {
    const results = await outcome;
    return round.filter(({ waiting }, at) => {
      const result = results[at];
      if (result !== undefined) waiting.resolve(result);
      return result === undefined;
    });
  } catch (thrown) {
    for (const { waiting } of round) waiting.reject(thrown);
    return [];
  }
}
