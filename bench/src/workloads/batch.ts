import { called } from "./called.ts";
import { timed } from "./timed.ts";
import type { Size, Workload } from "./workload.ts";

/** W3: one batch that is stored as a whole or not at all; new documents, then the same ones again. */
export function batch({ batch: operations, some }: Size): readonly Workload[] {
  const shared = { entity: "plain", needs: ["saveMany"], unit: "/s", stored: some, operations, patience: 2 } as const;
  const title = `one batch of ${operations.toLocaleString("en")}`;
  return [
    {
      ...shared,
      key: "w3",
      isAdding: true,
      title: `${title}, new`,
      prepare: async (bench) => {
        const saveMany = called(bench.subject, "saveMany");
        return (count) => {
          const documents = bench.nextOnes(count);
          return timed(count, () => saveMany(documents));
        };
      },
    },
    {
      ...shared,
      key: "w3u",
      title: `${title}, over those that are there`,
      prepare: async (bench) => {
        const saveMany = called(bench.subject, "saveMany");
        return (count) => {
          const documents = bench.storedOnes(count);
          return timed(count, () => saveMany(documents));
        };
      },
    },
  ];
}
