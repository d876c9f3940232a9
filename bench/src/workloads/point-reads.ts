import { called } from "./called.ts";
import { inLoops, inTurn } from "../run/loops.ts";
import { timed } from "./timed.ts";
import type { Size, Workload } from "./workload.ts";

const together = 64;

/** W4: documents by their ids, parsed. */
export function pointReads({ some }: Size): readonly Workload[] {
  const shared = { entity: "plain", needs: ["get"], unit: "/s", stored: some, operations: 30_000 } as const;
  return [
    {
      ...shared,
      key: "w4",
      title: "point read, awaited",
      prepare: async (bench) => {
        const get = called(bench.subject, "get");
        return (operations) => {
          const ids = bench.someIds(operations);
          return timed(operations, () => inTurn(ids, (id) => found(get(id))));
        };
      },
    },
    {
      ...shared,
      key: "w4c",
      title: `point reads, ${together} together`,
      prepare: async (bench) => {
        const get = called(bench.subject, "get");
        return (operations) => {
          const ids = bench.someIds(operations);
          return timed(operations, () => inLoops(together, ids, (id) => found(get(id))));
        };
      },
    },
  ];
}

async function found(answer: Promise<object | undefined>): Promise<void> {
  if ((await answer) === undefined) throw new Error("a document that was saved is not there");
}
