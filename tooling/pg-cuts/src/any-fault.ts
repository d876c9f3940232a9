import type { Fault, Place } from "@holdfast-tooling/pg-proxy";

import type { Chance } from "@holdfast-tooling/chance";

const messagesMost = 40;

/**
 * Half of them at a commit, else anywhere: in front of, inside or behind any message of either side. Now and then the
 * connection falls silent instead of ending, or the server is not reached again.
 */
export function anyFault(chance: Chance): Fault {
  const at = chance.below(2) === 0 ? anyCommit(chance) : anyMessage(chance);
  const strike = chance.below(10) === 0 ? "silence" : "cut";
  return { at, strike, staysDown: chance.below(20) === 0 };
}

/** In few words, for counting. */
export function placeOf({ at, strike, staysDown }: Fault): string {
  const where =
    "commit" in at ? `commit, ${at.commit}` : `${at.bytes === 0 ? "before" : "inside"} a ${at.of}'s message`;
  return `${strike} at: ${where}${staysDown === true ? ", and the server stays away" : ""}`;
}

function anyCommit(chance: Chance): Place {
  return { commit: chance.among(["before", "behind", "answered"]) };
}

function anyMessage(chance: Chance): Place {
  const bytes = chance.among([0, 1, 1 + chance.below(200)]);
  return { message: 1 + chance.below(messagesMost), of: chance.among(["client", "server"]), bytes };
}
