import { HoldfastError } from "@holdfast/core";
import type { GroupResult, NextRound } from "@holdfast/core";

import type { RoundTransaction } from "./apply.ts";
import { joinedWrites } from "./joined-writes.ts";
import type { JoinedResults, JoinedWrites } from "./joined-writes.ts";
import type { SqlConnection } from "./sql-connections.ts";

/** For each group of a round what came of it; undefined where it was not done. */
type Outcome = readonly (GroupResult | undefined)[];

/**
 * Does rounds of joined writes as transactions of one connection, each of which begins while the one before it commits.
 * Ends at the first of which something is not done, so that nothing that came later is done before it.
 */
export async function writeInTurn(
  { context, models, clock }: Pick<RoundTransaction, "context" | "models" | "clock">,
  connection: SqlConnection,
  next: NextRound,
): Promise<void> {
  let stands = Promise.resolve(true);
  for (let isWhole = true; isWhole;) {
    const round = await next();
    if (round === undefined) break;
    const nothing: Outcome = round.groups.map(() => undefined);
    const joined = joinedWrites(context, models.current, round.groups, clock);
    const written = joined && (await begun(connection, joined));
    isWhole = written?.groups.includes(undefined) === false;
    // Its answer came before this one's.
    if (written?.evidence === undefined || !(await stands)) {
      if (joined !== undefined) await connection.rollback();
      round.settle(Promise.resolve(nothing));
      break;
    }
    const outcome = connection.commit([], written.evidence).then(
      () => written.groups,
      (thrown: unknown) => unlessUnknown(thrown, nothing),
    );
    round.settle(outcome);
    stands = outcome.then(
      (groups) => groups !== nothing,
      () => false,
    );
  }
  await stands;
}

/** Undefined where a statement fails: another way of doing it finds out whose fault that is. */
function begun(connection: SqlConnection, { statements, read }: JoinedWrites): Promise<JoinedResults | undefined> {
  return connection.begin("write", statements).then(read, () => undefined);
}

function unlessUnknown(thrown: unknown, nothing: Outcome): Outcome {
  if (HoldfastError.is(thrown) && thrown.outcome === "none") return nothing;
  throw thrown;
}
