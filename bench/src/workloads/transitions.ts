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
      prepare: async (bench) => counted(bench, (operations, step) => inTurn(operations, () => step(bench.someId()))),
    },
    {
      ...shared,
      key: "w7c",
      title: `${loops} loops of transitions on different documents`,
      operations: 20_000,
      prepare: async (bench) =>
        counted(bench, (operations, step) => inLoops(loops, operations, (at) => step(idOf(at % bench.stored)))),
    },
    {
      ...shared,
      key: "w7h",
      title: `${loops} loops of transitions on one document`,
      operations: 20_000,
      prepare: async (bench) => counted(bench, (operations, step) => inLoops(loops, operations, () => step(idOf(0)))),
    },
  ];
}

type Steps = (operations: number, step: (id: string) => Promise<void>) => Promise<void>;

/** Afterwards it is counted how many of the steps that were acknowledged are not there. */
function counted(bench: Bench, steps: Steps): Round {
  return async (operations) => {
    const moved = new Set<string>();
    const sample = await timed(operations, () =>
      steps(operations, async (id) => {
        moved.add(id);
        await bench.move(id);
      }),
    );
    return { ...sample, lost: await bench.lostMoves(moved) };
  };
}
