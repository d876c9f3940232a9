import { called } from "./called.ts";
import { inLoops, inTurn, timed } from "./timed.ts";
import type { Size, Workload } from "./workload.ts";

const writers = 64;

/** W1, W2 and W11: new documents, saved one after another, all at once, and by many writers. */
export function saves({ few }: Size): readonly Workload[] {
  const shared = { entity: "plain", needs: ["save"], unit: "/s", stored: few } as const;
  return [
    {
      ...shared,
      key: "w1",
      title: "one save awaited after another",
      operations: 1_000,
      prepare: async (bench) => {
        const save = called(bench.subject, "save");
        return (operations) => timed(operations, () => inTurn(operations, () => save(bench.next())));
      },
    },
    {
      ...shared,
      key: "w2",
      title: "1,000 saves started together",
      operations: 1_000,
      patience: 4,
      prepare: async (bench) => {
        const save = called(bench.subject, "save");
        return (operations) => {
          const documents = bench.nextOnes(operations);
          return timed(operations, () => Promise.all(documents.map((document) => save(document))));
        };
      },
    },
    {
      ...shared,
      key: "w11",
      title: `${writers} writers, each awaiting its saves`,
      operations: 2_048,
      prepare: async (bench) => {
        const save = called(bench.subject, "save");
        return (operations) => timed(operations, () => inLoops(writers, operations, () => save(bench.next())));
      },
    },
  ];
}
