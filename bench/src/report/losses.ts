import { againstPeers } from "../judge/against-peers.ts";
import type { Verdict } from "../judge/verdict.ts";
import type { Durability } from "../subject.ts";
import { formatRatio } from "./format.ts";
import { reasonKey } from "./reasons.ts";
import type { Reasons } from "./reasons.ts";
import type { StoreResults } from "./results.ts";
import { allVerdicts, label } from "./verdict-table.ts";

const survives: Readonly<Record<Durability, string>> = {
  "power-loss": "as durable as ours",
  "process-crash": "a power cut may take what it has saved",
};

/** Where a floor does not hold, with the reason that was written for it, and where another library is ahead; as a list. */
export function losses(results: readonly StoreResults[], reasons: Reasons): string {
  const lines = results.flatMap((of) => [...missedFloors(of, reasons), ...peersAhead(of)]);
  const outlived = outlivedReasons(results, reasons);
  const list = lines.length === 0 ? "Nowhere, in this run." : lines.map((line) => `- ${line}`).join("\n");
  return outlived.length === 0
    ? list
    : `${list}\n\nThe floor is met, and a reason for missing it still stands in bench/why-missed.md: ${outlived.join(", ")}.`;
}

function missedFloors(of: StoreResults, reasons: Reasons): readonly string[] {
  return allVerdicts(of)
    .filter(({ grade }) => grade === "floor missed" || grade === "not measured")
    .map((verdict) => {
      const { workload, grade, ratio, goal } = verdict;
      const what = `${label(workload)} on ${of.store}, ${titleOf(of, workload)}`;
      if (grade === "not measured") return `${what}: it was not measured, and the floor is ${goal.floor} x.`;
      const why = reasons.get(reasonKey(goal)) ?? "No reason was written for it.";
      return `${what}: ${formatRatio(ratio)} ${goal.ratio}, and the floor is ${goal.floor} x. ${why}`;
    });
}

function peersAhead(of: StoreResults): readonly string[] {
  return of.measured.flatMap(({ workload, outcomes }) =>
    againstPeers(workload, outcomes)
      .filter(({ ratio }) => ratio < 1)
      .map(({ peer, ours, ratio, lost }) => {
        const how = [survives[peer.durability], ...(lost > 0 ? [`it has lost ${lost} acknowledged changes`] : [])];
        const what = `${label(workload.key)} on ${of.store}, ${workload.title}`;
        return `${what}: ${ours} is at ${formatRatio(ratio)} of ${peer.name} (${how.join("; ")})`;
      }),
  );
}

/** Whose goal has been measured, and whose floor was met wherever it was. */
function outlivedReasons(results: readonly StoreResults[], reasons: Reasons): readonly string[] {
  const byKey = Map.groupBy(results.flatMap(allVerdicts), ({ goal }) => reasonKey(goal));
  const isMet = ({ grade }: Verdict): boolean => grade === "floor met" || grade === "goal met";
  return [...reasons.keys()].filter((key) => byKey.get(key)?.every(isMet) ?? false);
}

function titleOf({ measured }: StoreResults, key: string): string {
  return measured.find(({ workload }) => workload.key === key)?.workload.title ?? key;
}
