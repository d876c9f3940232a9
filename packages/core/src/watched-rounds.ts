import type { NextRound } from "./driver.ts";

/** The same rounds. `behind` is called for each of which something may be stored, before anybody has an answer. */
export function watchedRounds(next: NextRound, behind: () => void): NextRound {
  return async () => {
    const round = await next();
    if (round === undefined) return undefined;
    const settle: typeof round.settle = (outcome) => {
      const known = outcome.then(
        (results) => {
          if (results.some((result) => result !== undefined)) behind();
          return results;
        },
        (thrown: unknown) => {
          behind();
          throw thrown;
        },
      );
      round.settle(known);
    };
    return { ...round, settle };
  };
}
