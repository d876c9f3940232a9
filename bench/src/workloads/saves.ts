import type { BenchDocument } from "../document.ts";
import { called } from "./called.ts";
import { inLoops, inTurn } from "../run/loops.ts";
import { timed } from "./timed.ts";
import type { Size, Workload } from "./workload.ts";

const writers = 64;
const volley = 1_000;

/** W1, W2 and W11: new documents, saved one after another, all at once, and by many writers. They are made beforehand. */
export function saves({ few }: Size): readonly Workload[] {
  const shared = { entity: "plain", needs: ["save"], unit: "/s", stored: few, isAdding: true } as const;
  return [
    {
      ...shared,
      key: "w1",
      title: "one save awaited after another",
      operations: 5_000,
      prepare: async (bench) => {
        const save = called(bench.subject, "save");
        return (operations) => {
          const documents = bench.nextOnes(operations);
          return timed(operations, () => inTurn(documents, save));
        };
      },
    },
    {
      ...shared,
      key: "w2",
      title: `${volley.toLocaleString("en")} saves started together`,
      operations: volley * 10,
      patience: 3,
      prepare: async (bench) => {
        const save = called(bench.subject, "save");
        return (operations) => {
          const volleys = volleysOf(bench.nextOnes(operations));
          return timed(operations, async () => {
            for (const documents of volleys) await Promise.all(documents.map((document) => save(document)));
          });
        };
      },
    },
    {
      ...shared,
      key: "w11",
      title: `${writers} writers, each awaiting its saves`,
      operations: 20_000,
      prepare: async (bench) => {
        const save = called(bench.subject, "save");
        return (operations) => {
          const documents = bench.nextOnes(operations);
          return timed(operations, () => inLoops(writers, documents, save));
        };
      },
    },
  ];
}

/** As many at a time, of which each is awaited before the next. */
function volleysOf(documents: readonly BenchDocument[]): readonly (readonly BenchDocument[])[] {
  const count = Math.ceil(documents.length / volley);
  return Array.from({ length: count }, (_, at) => documents.slice(at * volley, (at + 1) * volley));
}
