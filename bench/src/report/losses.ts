import { againstPeers } from "../judge/against-peers.ts";
import { formatRatio } from "./format.ts";
import type { StoreResults } from "./results.ts";
import { allVerdicts, label } from "./verdict-table.ts";

/** Where a floor does not hold, and where another library is ahead; as a list. */
export function losses(results: readonly StoreResults[]): string {
  const lines = results.flatMap((of) => [...missedFloors(of), ...peersAhead(of)]);
  return lines.length === 0 ? "Nowhere, in this run." : lines.map((line) => `- ${line}`).join("\n");
}

function missedFloors(of: StoreResults): readonly string[] {
  const missed = allVerdicts(of).filter(({ grade }) => grade === "missed" || grade === "not measured");
  return missed.map(({ workload, grade, ratio, goal }) => {
    const found = grade === "missed" ? `${formatRatio(ratio)} ${goal.ratio}` : "it was not measured";
    return `${label(workload)} on ${of.store}, ${titleOf(of, workload)}: ${found}, and the floor is ${goal.floor} x`;
  });
}

function peersAhead(of: StoreResults): readonly string[] {
  return of.measured.flatMap(({ workload, outcomes }) =>
    againstPeers(workload, outcomes)
      .filter(({ ratio }) => ratio < 1)
      .map(({ peer, ours, ratio }) => {
        return `${label(workload.key)} on ${of.store}, ${workload.title}: ${ours} is at ${formatRatio(ratio)} of ${peer}`;
      }),
  );
}

function titleOf({ measured }: StoreResults, key: string): string {
  return measured.find(({ workload }) => workload.key === key)?.workload.title ?? key;
}
