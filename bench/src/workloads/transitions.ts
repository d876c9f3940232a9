import { idOf } from "../document.ts";
import type { Bench } from "../run/bench.ts";
import { inLoops, inTurn } from "../run/loops.ts";
import { timed } from "./timed.ts";
import type { Round, Size, Workload } from "./workload.ts";

const loops = 64;

/** W7: a document is read, found to be in a status, and moved to the next one, as one atomic step. */
export function transitions({ some }: Size): readonly Workload[] {
  const shared = { entity: "lifecycle", needs: ["transition", "turns"], unit: "/s", stored: some } as const;
  return [
    {
      ...shared,
      key: "w7",
      title: "one transition awaited after another",
      operations: 5_000,
      prepare: async (bench) => counted(bench, (count) => bench.someIds(count), inTurn),
    },
    {
      ...shared,
      key: "w7c",
      title: `${loops} loops of transitions on different documents`,
      operations: 20_000,
      prepare: async (bench) => counted(bench, (count) => idsInTurn(count, bench.stored), sideBySide),
    },
    {
      ...shared,
      key: "w7h",
      title: `${loops} loops of transitions on one document`,
      operations: 20_000,
      prepare: async (bench) => counted(bench, (count) => idsInTurn(count, 1), sideBySide),
    },
  ];
}

type Ids = (count: number) => readonly string[];
type Steps = (ids: readonly string[], step: (id: string) => Promise<void>) => Promise<void>;

const sideBySide: Steps = (ids, step) => inLoops(loops, ids, step);

function idsInTurn(count: number, different: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => idOf(at % different));
}

/** Afterwards it is counted how many of the steps that were acknowledged are not there. */
function counted(bench: Bench, idsOf: Ids, steps: Steps): Round {
  return async (operations) => {
    const ids = idsOf(operations);
    const sample = await timed(operations, () => steps(ids, (id) => bench.move(id)));
    return { ...sample, lost: await bench.lostMoves(new Set(ids)) };
  };
}
