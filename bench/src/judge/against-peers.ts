import type { Outcome } from "../run/run-workload.ts";
import { durabilities } from "../subject.ts";
import type { Durability, System } from "../subject.ts";
import type { Sample, Workload } from "../workloads/workload.ts";
import { ratioTo } from "./ratio.ts";

export interface PeerVerdict {
  readonly workload: string;
  readonly peer: System;
  /** Which of ours it was compared with: one whose writes survive no less. */
  readonly ours: string;
  /** How many times better ours is; below 1 the peer is ahead. */
  readonly ratio: number;
  /** Acknowledged changes of the peer that were not there afterwards. */
  readonly lost: number;
}

/** Each peer beside the weakest of our repositories that promises no less than it does. */
export function againstPeers({ key, unit }: Workload, outcomes: readonly Outcome[]): readonly PeerVerdict[] {
  return outcomes.flatMap((outcome): readonly PeerVerdict[] => {
    if (outcome.system.side !== "peer" || "left" in outcome) return [];
    const ours = counterpart(outcome.system.durability, outcomes);
    if (ours === undefined) return [];
    const ratio = unit === "/s" ? ratioTo(ours.samples, outcome.samples) : ratioTo(outcome.samples, ours.samples);
    const lost = outcome.samples.reduce((sum, sample) => sum + (sample.lost ?? 0), 0);
    return [{ workload: key, peer: outcome.system, ours: ours.system.name, ratio, lost }];
  });
}

type Done = Outcome & { readonly samples: readonly Sample[] };

function counterpart(peers: Durability, outcomes: readonly Outcome[]): Done | undefined {
  const rank = (durability: Durability): number => durabilities.indexOf(durability);
  return outcomes
    .filter((outcome): outcome is Done => "samples" in outcome)
    .filter(({ system }) => system.side === "ours" && system.variant !== "records")
    .filter(({ system }) => rank(system.durability) <= rank(peers))
    .toSorted((one, other) => rank(other.system.durability) - rank(one.system.durability))[0];
}
